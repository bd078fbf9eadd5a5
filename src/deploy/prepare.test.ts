import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { temporaryFolder } from '../kit/testing/temporary-folder.ts';
import { secret } from '../contracts/index.ts';
import { file, text } from '../service/index.ts';
import { sampleApp, sampleEdge, sampleProvider, sampleService, sampleStack } from '../stack/sample.ts';
import type { ResolvedStack } from '../stack/stack.ts';
import type { ClusterFolder } from './folder.ts';
import { clusterFolder } from './folder.ts';
import type { Prepared } from './prepare.ts';
import { prepareRelease } from './prepare.ts';
import { editedFiles } from './release.ts';

let folder: ClusterFolder;
beforeEach(async () => {
  folder = clusterFolder(await temporaryFolder());
});

const app = sampleApp('app', {
  needs: { key: secret({ kind: 'hex', bytes: 16 }), token: secret({ kind: 'hex', bytes: 16 }) },
  env: () => ({ KEY_FILE: file({ kind: 'secret', id: 'app.key' }), TOKEN: text`t-${{ kind: 'secret', id: 'app.token' } as const}` }),
});

function stackOf(...services: readonly Parameters<typeof sampleStack>[0][number][]): ResolvedStack {
  return sampleStack([sampleEdge, ...services]);
}

async function prepare(stack: ResolvedStack): Promise<Prepared> {
  const prepared = await prepareRelease(stack, folder);
  if ('problems' in prepared) throw new Error(prepared.problems.map(({ message }) => message).join());
  return prepared;
}

async function texts(directory: string): Promise<string> {
  const entries = (await readdir(directory, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  return (await Promise.all(entries.map(async (entry) => readFile(join(entry.parentPath, entry.name), 'utf8')))).join('\n');
}

test('secrets stand in the private files and never in the release', async () => {
  const { secrets } = await prepare(stackOf(app));
  const values = [secrets.reveal('app.key'), secrets.reveal('app.token')];
  const [open, closed] = [await texts(folder.releases), await texts(folder.privateDirectory)];
  for (const value of values) expect([open.includes(value), closed.includes(value)]).toEqual([false, true]);
  expect((await stat(folder.privateDirectory)).mode & 0o777).toBe(0o700);
});

test('the same stack gives the same release and the same secrets again', async () => {
  const first = await prepare(stackOf(app));
  const second = await prepare(stackOf(app));
  expect(second.release).toEqual(first.release);
  expect(second.secrets.reveal('app.key')).toBe(first.secrets.reveal('app.key'));
});

test('the tree that it gives is the one on disk', async () => {
  const { release, tree } = await prepare(stackOf(app));
  expect(tree.map(({ path }) => path).toSorted()).toEqual(Object.keys(release.files).toSorted());
  for (const { path, content } of tree) expect(await readFile(join(release.directory, path), 'utf8')).toBe(content);
  expect(await editedFiles(release)).toEqual([]);
});

test('private files of a removed service stay until they are pruned, and are no part of what is kept', async () => {
  const before = await prepare(stackOf(app));
  expect([...before.privatePaths].some((path) => path.includes('app'))).toBe(true);
  const after = await prepare(stackOf(sampleService('other')));
  expect([...after.privatePaths].some((path) => path.includes('app'))).toBe(false);
  expect(await texts(folder.privateDirectory)).toContain(after.secrets.reveal('app.key'));
});

test('a changed definition changes the digest of its own service alone', async () => {
  const before = await prepare(stackOf(app, sampleService('other')));
  const after = await prepare(stackOf(app, sampleService('other', { user: '7:7' })));
  const changed = Object.keys(after.release.services).filter(
    (name) => after.release.services[name]?.digest !== before.release.services[name]?.digest,
  );
  expect(changed).toEqual(['other']);
});

test('what sets a service up is run after what honours its grants', async () => {
  const setup = () => [{ title: 'extensions', argv: ['psql'] as const }];
  const database = sampleProvider('postgresql', 'postgres', 5432);
  const { steps } = await prepare(
    stackOf({ ...database, setup }, { ...app, setup: () => [{ title: 'owner', argv: ['app', 'add'] as const }] }),
  );
  expect(steps.get('postgresql')?.map(({ title }) => title)).toEqual(['roles and databases', 'extensions']);
  expect(steps.get('app')?.map(({ title }) => title)).toEqual(['owner']);
});
