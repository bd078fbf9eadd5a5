import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { temporaryFolder } from './testing/temporary-folder.ts';
import { makeFolders, readIfExists, writeAtomic } from './files.ts';
import { run } from './process.ts';

let folder: string;
beforeEach(async () => {
  folder = await temporaryFolder();
});

test('the file is whole, with its mode, whatever was there; and nothing is left beside it', async () => {
  const path = join(folder, 'deep/er/file');
  await writeAtomic(path, 'one', 0o600);
  await writeAtomic(path, 'two', 0o444);
  expect(await readFile(path, 'utf8')).toBe('two');
  expect((await stat(path)).mode & 0o777).toBe(0o444);
  expect(await readdir(join(folder, 'deep/er'))).toEqual(['file']);
});

test('folders can be read by everybody, also where whoever makes them keeps his own to himself', async () => {
  const umask = process.umask(0o077);
  try {
    await makeFolders(folder, ['docs/services/gate.md']);
  } finally {
    process.umask(umask);
  }
  const modes = await Promise.all(['docs', 'docs/services'].map(async (path) => (await stat(join(folder, path))).mode & 0o777));
  expect(modes).toEqual([0o755, 0o755]);
});

test('a file that is being read stays what it was', async () => {
  const path = join(folder, 'file');
  await writeFile(path, 'old');
  const before = (await stat(path)).ino;
  await writeAtomic(path, 'new');
  expect((await stat(path)).ino).not.toBe(before);
});

test('a target that cannot be replaced leaves nothing half-written', async () => {
  await expect(writeAtomic(folder, 'x')).rejects.toMatchObject({ code: expect.stringMatching(/^E/) });
  expect((await readdir(tmpdir())).filter((name) => join(tmpdir(), name).startsWith(`${folder}.`))).toEqual([]);
});

test('a full disk is said, the old file stays, and nothing is left beside it', async (context) => {
  const small = join(folder, 'small');
  const mounted = await run(['sh', '-c', 'mkdir "$0" && mount -t tmpfs -o size=64k none "$0"', small]);
  if (mounted.status !== 0) return context.skip('it takes root to make a small disk');
  try {
    const path = join(small, 'file');
    await writeAtomic(path, 'old');
    await expect(writeAtomic(path, 'x'.repeat(200_000))).rejects.toMatchObject({
      code: 'E_DISK_FULL',
      message: `the disk is full: ${path} was not written`,
      fix: 'free some space and run the command again; nothing was half-written',
    });
    expect(await readFile(path, 'utf8')).toBe('old');
    expect(await readdir(small)).toEqual(['file']);
  } finally {
    await run(['umount', small]);
  }
});

test('a file that is not there is undefined, and one that cannot be read is an error', async () => {
  expect(await readIfExists(join(folder, 'none'))).toBeUndefined();
  await expect(readIfExists(folder)).rejects.toMatchObject({ code: 'EISDIR' });
});
