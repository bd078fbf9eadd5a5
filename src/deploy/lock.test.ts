import { spawnSync } from 'node:child_process';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { temporaryFolder } from '../kit/testing/temporary-folder.ts';
import { withLock } from './lock.ts';

let file: string;
beforeEach(async () => {
  file = join(await temporaryFolder(), 'lock');
});

test('a second command is told who holds the lock', async () => {
  await withLock(file, 'up', async () => {
    await expect(withLock(file, 'plan', async () => 'never')).rejects.toMatchObject({
      code: 'E_LOCKED',
      message: expect.stringMatching(new RegExp(`^\`datamancy up\` \\(process ${process.pid}, since .*\\) is changing this cluster$`)),
      fix: `wait until it is done; if it hangs, end it with: kill ${process.pid}`,
    });
  });
});

test('the lock is free again after work that fails', async () => {
  await expect(withLock(file, 'up', async () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  await expect(withLock(file, 'up', async () => 'done')).resolves.toBe('done');
});

test('a lock is taken over from a process that died', async () => {
  const dead = spawnSync('true').pid;
  await writeFile(file, JSON.stringify({ pid: dead, bornAt: '1', command: 'up', since: '2026-01-01T00:00:00Z' }));
  await expect(withLock(file, 'up', async () => 'done')).resolves.toBe('done');
});

test('a process that was given the number of a dead one does not hold its lock', async () => {
  await writeFile(file, JSON.stringify({ pid: process.pid, bornAt: 'before', command: 'up', since: '2026-01-01T00:00:00Z' }));
  await expect(withLock(file, 'up', async () => 'done')).resolves.toBe('done');
});

test('a lock file that is cut short is taken over', async () => {
  await writeFile(file, '{"pid": 12');
  await expect(withLock(file, 'up', async () => 'done')).resolves.toBe('done');
});

test('nothing is left beside the lock', async () => {
  await withLock(file, 'up', async () => expect(await readdir(join(file, '..'))).toEqual(['lock']));
  expect(await readdir(join(file, '..'))).toEqual([]);
});
