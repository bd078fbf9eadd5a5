import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { temporaryFolder } from '../kit/testing/temporary-folder.ts';
import type { ClusterFolder } from './folder.ts';
import { clusterFolder } from './folder.ts';
import {
  currentRelease,
  editedFiles,
  newestRelease,
  pruneReleases,
  readRelease,
  repairRelease,
  setCurrent,
  writeRelease,
} from './release.ts';

let folder: ClusterFolder;
beforeEach(async () => {
  folder = clusterFolder(await temporaryFolder());
});

function tree(content: string): (release: number) => { path: string; content: string }[] {
  return (release) => [
    { path: 'app/config', content },
    { path: 'compose.yaml', content: `release ${release}\n` },
  ];
}

test('a stack that did not change gives the same release again', async () => {
  const first = await writeRelease(folder, { app: 'a' }, tree('one'));
  const second = await writeRelease(folder, { app: 'a' }, tree('one'));
  expect(second).toEqual(first);
  expect(await readdir(folder.releases)).toEqual(['1']);
});

test('a changed file or a changed digest makes a new release and leaves the old one as it was', async () => {
  await writeRelease(folder, { app: 'a' }, tree('one'));
  expect((await writeRelease(folder, { app: 'a' }, tree('two'))).number).toBe(2);
  expect((await writeRelease(folder, { app: 'b' }, tree('two'))).number).toBe(3);
  expect(await readFile(join(folder.releases, '1/app/config'), 'utf8')).toBe('one');
});

test('a release that was being written when the program was killed is not seen, and its place is taken', async () => {
  await mkdir(join(folder.releases, '.1.new/app'), { recursive: true });
  await writeFile(join(folder.releases, '.1.new/app/config'), 'half');
  expect(await newestRelease(folder)).toBeUndefined();
  const release = await writeRelease(folder, { app: 'a' }, tree('whole'));
  expect(await editedFiles(release)).toEqual([]);
});

test('a file that was edited or removed is named', async () => {
  const release = await writeRelease(folder, { app: 'a' }, tree('one'));
  await writeFile(join(release.directory, 'app/config'), 'by hand');
  await rm(join(release.directory, 'compose.yaml'));
  expect(await editedFiles(release)).toEqual(['app/config', 'compose.yaml']);
});

test('the current release is the one that was set', async () => {
  await writeRelease(folder, { app: 'a' }, tree('one'));
  const second = await writeRelease(folder, { app: 'a' }, tree('two'));
  await setCurrent(folder, second);
  expect((await currentRelease(folder))?.number).toBe(2);
});

test('a damaged manifest is refused with the way out', async () => {
  const { directory } = await writeRelease(folder, { app: 'a' }, tree('one'));
  await writeFile(join(directory, 'manifest.json'), '{');
  await expect(readRelease(folder, 1)).rejects.toMatchObject({
    code: 'E_RELEASE_DAMAGED',
    fix: `remove ${directory} and run \`datamancy up\`, which renders it again`,
  });
});

test('pruning keeps the newest and those in use', async () => {
  for (const content of ['a', 'b', 'c', 'd', 'e']) await writeRelease(folder, { app: content }, tree(content));
  await pruneReleases(folder, new Set([2]), 2);
  expect((await readdir(folder.releases)).toSorted()).toEqual(['2', '4', '5']);
});

test('a file that was edited or removed can be put back, and the others are left alone', async () => {
  const release = await writeRelease(folder, { app: 'a' }, tree('one'));
  await writeFile(join(release.directory, 'app/config'), 'by hand');
  await repairRelease(release, tree('one')(release.number));
  expect(await editedFiles(release)).toEqual([]);
});
