import { mkdir, writeFile } from 'node:fs/promises';
import { beforeEach, expect, test } from 'vitest';
import { temporaryFolder } from '../kit/testing/temporary-folder.ts';
import type { ClusterFolder } from './folder.ts';
import { clusterFolder } from './folder.ts';
import { readLastGood, writeLastGood } from './last-good.ts';

let folder: ClusterFolder;
beforeEach(async () => {
  folder = clusterFolder(await temporaryFolder());
  await mkdir(folder.state);
});

test('what is written is read again', async () => {
  await writeLastGood(folder, { app: { release: 3, digest: 'a' } });
  expect(await readLastGood(folder)).toEqual({ app: { release: 3, digest: 'a' } });
});

test('a new cluster has nothing to go back to', async () => {
  expect(await readLastGood(folder)).toEqual({});
});

test.each(['{', '[]', '{"app":{"release":"3"}}', ''])('an unreadable record is an empty one: %s', async (content) => {
  await writeFile(folder.lastGoodFile, content);
  expect(await readLastGood(folder)).toEqual({});
});
