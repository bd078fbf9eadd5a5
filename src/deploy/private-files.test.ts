import { chmod, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { temporaryFolder } from '../kit/testing/temporary-folder.ts';
import { prunePrivateFiles, writePrivateFiles } from './private-files.ts';

let directory: string;
beforeEach(async () => {
  directory = join(await temporaryFolder(), 'private');
});

async function modes(...paths: readonly string[]): Promise<readonly string[]> {
  return Promise.all(paths.map(async (path) => ((await stat(join(directory, path))).mode & 0o777).toString(8)));
}

const files = [
  { path: 'app.env', content: 'A=1\n' },
  { path: 'secrets/app.key', content: 'x' },
  { path: 'app/main.yml', content: 'password: x' },
];

test('private files are closed to everyone who cannot enter their directory', async () => {
  await writePrivateFiles(directory, files);
  expect(await modes('.', 'app.env', 'secrets/app.key', 'app/main.yml')).toEqual(['700', '600', '444', '444']);
});

test('a mode that was changed since is put right', async () => {
  await writePrivateFiles(directory, files);
  await chmod(directory, 0o755);
  await chmod(join(directory, 'app.env'), 0o644);
  await chmod(join(directory, 'secrets/app.key'), 0o400);
  await writePrivateFiles(directory, files);
  expect(await modes('.', 'app.env', 'secrets/app.key')).toEqual(['700', '600', '444']);
});

test('a file that is as it must be keeps its place on disk, because units have it mounted', async () => {
  const inode = async (): Promise<number> => (await stat(join(directory, 'secrets/app.key'))).ino;
  await writePrivateFiles(directory, files);
  const before = await inode();
  await writePrivateFiles(directory, [...files.slice(0, 1), { path: 'secrets/app.key', content: 'x' }]);
  expect(await inode()).toBe(before);
  await writePrivateFiles(directory, [{ path: 'secrets/app.key', content: 'y' }]);
  expect(await readFile(join(directory, 'secrets/app.key'), 'utf8')).toBe('y');
});

test('what a removed service left is pruned, folders too', async () => {
  await writePrivateFiles(directory, [...files, { path: 'old.env', content: 'B=2\n' }, { path: 'old/deep/conf', content: 'z' }]);
  await prunePrivateFiles(directory, new Set(files.map(({ path }) => path)));
  expect((await readdir(directory, { recursive: true })).toSorted()).toEqual([
    'app',
    'app.env',
    'app/main.yml',
    'secrets',
    'secrets/app.key',
  ]);
});
