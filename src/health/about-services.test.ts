import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { aboutServices } from './about-services.ts';
import { fail, pass, skip, warn } from './check.ts';
import type { Check, CheckResult } from './check.ts';
import { checks } from './checks/index.ts';
import { thisHost } from './senses/host.ts';
import { changed, seenCluster } from './testing/cluster.ts';
import { validate } from './validate.ts';

const signal = new AbortController().signal;

function idsOf(groups: readonly { readonly results: readonly CheckResult[] }[]): readonly string[] {
  return groups.flatMap(({ results }) => results.map(({ id }) => id));
}

function checkOf(id: string, results: readonly CheckResult[]): Check {
  return { id, title: id, run: async () => results };
}

test('what is told is about the named services, and counted anew', async () => {
  const context = await seenCluster({ unit: changed('app', { state: 'unhealthy' }) });
  const some = checks.filter(({ id }) => id === 'unit' || id === 'limits' || id === 'backup');
  const { groups, counts } = aboutServices(await validate(some, context, { signal }), ['app'], context);
  expect(idsOf(groups)).toEqual(['unit.app', 'backup.app.data', 'limits.app']);
  expect(counts).toMatchObject({ fail: 1, warn: 0 });
  expect(groups.find(({ id }) => id === 'unit')?.results[0]?.status).toBe('fail');
});

test.each([
  ['front', true],
  ['rows', true],
  ['pages', false],
])('that %s is down is told of whoever needs it: %s', async (down, isTold) => {
  const context = await seenCluster({ unit: changed(down, { state: 'exited' }) });
  const some = checks.filter(({ id }) => id === 'unit' || id === 'limits');
  const { groups, counts } = aboutServices(await validate(some, context, { signal }), ['app'], context);
  expect(idsOf(groups)).toEqual(['unit.app', ...(isTold ? [`unit.${down}`] : []), 'limits.app']);
  expect(counts.fail).toBe(isTold ? 1 : 0);
});

test('faults in files of a named service are told', async () => {
  const context = await seenCluster({ host: { file: async (path) => thisHost.file(path) } });
  await writeFile(context.folder.ageKeyFile, 'key', { mode: 0o600 });
  await writeFile(join(context.release.directory, 'app/open.conf'), 'host = {{DB_HOST}}');
  await chmod(join(context.folder.privateDirectory, 'app.env'), 0o644);
  const asked = checks.filter(({ id, isGeneral }) => ['placeholder', 'files', 'permissions'].includes(id) && isGeneral !== true);
  const found = await validate(asked, context, { signal });
  const { groups } = aboutServices(found, ['app'], context);
  expect(idsOf(groups)).toEqual(['placeholder.rendered', 'files.release-1', 'permissions.app.env']);
  expect(idsOf(aboutServices(found, ['pages'], context).groups)).not.toContain('permissions.app.env');
  expect(new Set(groups.flatMap(({ results }) => results.map(({ status }) => status)))).toEqual(new Set(['fail']));
});

test('what could not be looked at stays, and so does who could not sign in; what is well or not there goes', async () => {
  const context = await seenCluster();
  const found = await validate(
    [
      { ...checkOf('slow', []), run: async () => new Promise(() => undefined), withinMs: 5 },
      checkOf('nothing', []),
      checkOf('access', [
        fail({ id: 'sign-in.viewer', title: 'viewer' }, 'no', ''),
        pass({ id: 'sign-in.member', title: 'member' }, 'yes'),
        skip({ id: 'access.edge', title: 'The edge can be asked' }, 'it is down'),
      ]),
      checkOf('definition', [
        warn({ id: 'definition.front', title: 'front' }, 'old', ''),
        pass({ id: 'definition.app', title: 'app' }, 'well'),
      ]),
    ],
    context,
    { signal },
  );
  expect(idsOf(aboutServices(found, ['app'], context).groups)).toEqual(['slow', 'sign-in.viewer', 'access.edge', 'definition.app']);
});

test('what a check says of services has their names where they are looked for', async () => {
  const context = await seenCluster({ host: { listeners: async () => [] } });
  const ofServices = checks.filter(({ isGeneral }) => isGeneral !== true);
  const { groups } = await validate(ofServices, context, { signal });
  const names = new Set(context.stack.services.map(({ name }) => name));
  // Of all files at once; what is told of one of them is a failure, and stays.
  const ofFiles = /^(?:placeholder\.rendered|files\.(?:release-1|private)) pass$/;
  const others = groups.flatMap(({ id, results }) => results.filter((one) => one.id !== id && !names.has(one.id.split('.')[1] ?? '')));
  const said = others.map(({ id, status }) => `${id} ${status}`);
  expect(said.filter((one) => !ofFiles.test(one) && !/^sign-in\.\w+ (?:fail|skip)$/.test(one))).toEqual([]);
  expect(new Set(groups.map(({ id }) => id))).toEqual(new Set(ofServices.map(({ id }) => id)));
});
