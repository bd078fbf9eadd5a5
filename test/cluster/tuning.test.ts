import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { freePort } from '../../src/kit/testing/free-port.ts';
import { datamancy, docker, succeed } from './support/command.ts';
import { clearCluster, containerOf, removeImagesOf } from './support/containers.ts';
import { baseImage } from './support/small-cluster.ts';

/** Databases of the catalog on a real engine: whether they are what their limits and their clients say. */
const name = `test-tuning-${process.pid}`;
let folder: string;
let ports: { readonly http: number; readonly https: number };

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'datamancy-tuning-'));
  ports = { http: await freePort(), https: await freePort() };
  await mkdir(join(folder, 'services'));
  await writeFile(
    join(folder, 'services/chat.ts'),
    `import { defineService, postgres, tcp, valkey } from 'datamancy';
export const chat = defineService('chat', {
  title: 'Chat', summary: 'A client of a test.', docs: 'https://example.org/', licence: 'MIT', category: 'tools',
  image: ${JSON.stringify(await baseImage())}, user: '1000:1000', ports: { main: tcp(9999) },
  needs: { db: postgres({ locale: 'C' }), watch: valkey({ monitor: true }) },
  health: { command: ['sh', '-c', 'kill -0 1'] }, limits: { memory: '32MiB', cpus: 0.5 },
  command: () => ['sleep', 'infinity'],
  env: ({ db }) => ({ DATABASE: db.name }),
});
`,
  );
  await up({ postgresql: '1GiB', mariadb: '768MiB', valkey: '256MiB', memcached: '192MiB' });
});

afterAll(async () => {
  await datamancy(folder, ['down', '--volumes']);
  await clearCluster(name);
  await removeImagesOf(name);
  await rm(folder, { recursive: true, force: true });
});

async function up(memory: Readonly<Record<string, string>>): Promise<void> {
  const services = Object.fromEntries(Object.entries(memory).map(([service, size]) => [service, { limits: { memory: size } }]));
  const admin = { name: 'tester', email: 'tester@example.org' };
  await writeFile(
    join(folder, 'cluster.yaml'),
    stringify({ name, domain: 'tuning.localhost', admin, images: 'debian', ports, services: { ...services, chat: {} } }),
  );
  await succeed(folder, ['up']);
}

async function inUnit(service: string, ...argv: readonly string[]): Promise<string> {
  const { Id } = await containerOf(name, service);
  return (await docker('exec', Id, ...argv)).trim();
}

async function sql(...statements: readonly string[]): Promise<string> {
  return inUnit('postgresql', 'psql', '--no-psqlrc', '-qAtU', 'postgres', ...statements.flatMap((statement) => ['-c', statement]));
}

async function askValkey(command: string): Promise<string> {
  return inUnit('valkey', 'sh', '-c', `REDISCLI_AUTH=$(cat "$VALKEY_PASSWORD_FILE") valkey-cli -p "$VALKEY_PORT" ${command}`);
}

async function sizes(): Promise<object> {
  const inMariadb = 'MYSQL_PWD=$(cat "$MARIADB_ROOT_PASSWORD_FILE") mariadb --user=root -BNe "SELECT @@innodb_buffer_pool_size / 1048576"';
  const inMemcached = String.raw`printf 'stats settings\r\nquit\r\n' | nc 127.0.0.1 11211 | grep maxbytes`;
  return {
    postgresql: (await sql('SHOW shared_buffers', 'SHOW max_connections', 'SHOW effective_cache_size')).split('\n'),
    mariadb: Number(await inUnit('mariadb', 'sh', '-c', inMariadb)),
    valkey: (await askValkey('CONFIG GET maxmemory maxmemory-policy')).split('\n').toSorted(),
    memcached: await inUnit('memcached', 'sh', '-c', inMemcached),
  };
}

test('every server divides the memory that the catalog gives it', async () => {
  expect(await sizes()).toEqual({
    postgresql: ['256MB', '204', '768MB'],
    mariadb: 384,
    valkey: [String(128 * 1024 ** 2), 'maxmemory', 'maxmemory-policy', 'noeviction'],
    memcached: expect.stringContaining(String(128 * 1024 ** 2)),
  });
});

test('and the memory that its owner gives it instead', async () => {
  await up({ postgresql: '512MiB', mariadb: '512MiB', valkey: '64MiB', memcached: '96MiB' });
  expect(await sizes()).toEqual({
    postgresql: ['128MB', '102', '384MB'],
    mariadb: 256,
    valkey: [String(32 * 1024 ** 2), 'maxmemory', 'maxmemory-policy', 'noeviction'],
    memcached: expect.stringContaining(String(64 * 1024 ** 2)),
  });
});

test('workers of one query have room to hand more to each other than an engine gives by itself', async () => {
  const joined = await sql(
    'CREATE TEMPORARY TABLE none ()',
    'CREATE UNLOGGED TABLE many AS SELECT i, repeat(i::text, 8) AS words FROM generate_series(1, 900000) AS i',
    'ANALYZE many',
    "SET work_mem = '64MB'; SET max_parallel_workers_per_gather = 2; SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET enable_mergejoin = off; SELECT count(*) FROM many a JOIN many b USING (i, words)",
    'DROP TABLE many',
  );
  expect(joined).toBe('900000');
});

test('a client that needs the order of bytes has it, and another is refused by name', async () => {
  const locale = "SELECT datcollate, datctype FROM pg_database WHERE datname = 'chat'";
  expect(await sql(locale)).toBe('C|C');

  await sql('DROP DATABASE chat', "CREATE DATABASE chat OWNER chat TEMPLATE template0 LOCALE 'C.UTF-8'");
  const { status, stdout, stderr } = await datamancy(folder, ['up']);
  expect({ status, said: (stdout + stderr).replaceAll(/\s+/g, ' ') }).toEqual({
    status: 1,
    said: expect.stringContaining('database chat has the locale C.UTF-8 and chat needs C: dump it with pg_dump, drop it,'),
  });

  await sql('DROP DATABASE chat');
  await succeed(folder, ['up']);
  expect(await sql(locale)).toBe('C|C');
});

test('who watches Valkey may read its log of commands, and no key', async () => {
  expect(await askValkey('ACL DRYRUN chat_watch COMMANDLOG LEN slow')).toBe('OK');
  expect(await askValkey('ACL DRYRUN chat_watch GET chat:key')).toContain('no permissions');
});
