import { expect, test } from 'vitest';
import { connectionsWithin, mariadbArguments, postgresArguments } from './database-sizes.ts';

const gib = 1024 ** 3;
const settings = (memoryBytes: number): Record<string, string> =>
  Object.fromEntries(
    postgresArguments({ memoryBytes, cpus: 2 }).flatMap((word) => (word === '-c' ? [] : [word.split('=') as [string, string]])),
  );

test('PostgreSQL: a quarter of the memory for its buffers, and the rest counted as what the kernel keeps of its files', () => {
  expect(settings(gib)).toEqual({
    max_connections: '204',
    shared_buffers: '256MB',
    effective_cache_size: '768MB',
    maintenance_work_mem: '64MB',
    work_mem: '4MB',
    max_wal_size: '1024MB',
    random_page_cost: '1.1',
    effective_io_concurrency: '200',
  });
});

test('PostgreSQL: what grows with the memory stops where more is of no use, or /dev/shm would be too small', () => {
  expect(settings(32 * gib)).toMatchObject({
    max_connections: '500',
    shared_buffers: '8192MB',
    maintenance_work_mem: '256MB',
    work_mem: '16MB',
    max_wal_size: '4096MB',
  });
});

test('PostgreSQL: a small one gives what it has, and never asks for all of it', () => {
  expect(settings(gib / 8)).toMatchObject({ shared_buffers: '32MB', maintenance_work_mem: '8MB', max_connections: '25' });
});

test('MariaDB: half of the memory for the buffer pool, and a log in proportion', () => {
  expect(mariadbArguments({ memoryBytes: (gib * 3) / 4, cpus: 2 })).toEqual([
    '--innodb-buffer-pool-size=384M',
    '--innodb-log-file-size=96M',
    '--max-connections=153',
  ]);
  expect(mariadbArguments({ memoryBytes: 8 * gib, cpus: 2 })).toContain('--innodb-log-file-size=1024M');
});

test('no memory is enough for more connections than a pool would need, nor too little to let anybody in', () => {
  expect([64 * gib, gib / 32].map((memoryBytes) => connectionsWithin({ memoryBytes, cpus: 8 }))).toEqual([500, 20]);
});
