import { expect, test } from 'vitest';
import { changed, seenCluster } from '../testing/cluster.ts';
import { resultsOf, withStatus } from '../testing/run-check.ts';
import { backupsDecided, volumesWritable } from './volumes.ts';

test('volumes that are mounted and writable pass', async () => {
  const results = await resultsOf(volumesWritable, { exec: () => ({ stdout: 'can\n' }) });
  expect(withStatus(results, 'pass')).toEqual(['volume.app.cache', 'volume.app.data']);
});

test('a volume that its user may not write fails, with a command that gives it back', async () => {
  const results = await resultsOf(volumesWritable, {
    exec: (_, argv) => (argv.at(-1) === '/srv/app' ? { status: 1 } : { stdout: 'can\n' }),
  });
  expect(withStatus(results, 'fail')).toEqual(['volume.app.data']);
  expect(results.get('volume.app.data')?.fix).toBe(
    'docker run --rm --user 0 --volumes-from datamancy-trial-app-1 --entrypoint chown datamancy/trial/core:000000000000 -R 1000:1000 /srv/app',
  );
});

test.each([
  [[], 'nothing is mounted at /srv/app'],
  [[{ source: 'volume', target: '/srv/app', writable: false }], '/srv/app is mounted read-only'],
])('mounts %o fail', async (mounts, detail) => {
  const enforced = (await seenCluster()).units.find(({ service }) => service === 'app')?.enforced;
  const results = await resultsOf(volumesWritable, {
    unit: changed('app', { enforced: enforced && { ...enforced, mounts } }),
    exec: () => ({ stdout: 'can\n' }),
  });
  expect(results.get('volume.app.data')).toMatchObject({ status: 'fail', detail });
});

test.each([
  ['a unit that does not run', { unit: changed('app', { state: 'restarting' }) }],
  ['an image without a shell', { exec: () => ({ status: 126 }) }],
  ['a shell that was killed', { exec: () => ({ status: 137 }) }],
])('%s is skipped', async (_, seen) => {
  expect(withStatus(await resultsOf(volumesWritable, seen), 'skip')).toEqual(['volume.app.cache', 'volume.app.data']);
});

test('each volume with data says what was decided about its backup', async () => {
  const results = await resultsOf(backupsDecided);
  expect([...results.values()].map(({ id, status, detail }) => [id, status, detail])).toEqual([['backup.app.data', 'pass', 'daily']]);
});
