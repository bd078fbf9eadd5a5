import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { datamancy, docker, succeed } from './support/command.ts';
import { containerOf, idByService } from './support/containers.ts';
import type { SharedCluster } from './support/global-setup.ts';
import { edgeOf, readChanges, readStatus, startStarter } from './support/starter.ts';

let starter: SharedCluster;
let declared: string;

beforeAll(async () => {
  starter = await startStarter();
  declared = await readFile(join(starter.folder, 'cluster.yaml'), 'utf8');
});

afterEach(async () => {
  await writeFile(join(starter.folder, 'cluster.yaml'), declared);
});

interface Declared {
  readonly services: Record<string, unknown>;
}

async function redeclare(change: (services: Record<string, unknown>) => void): Promise<void> {
  const tree = parse(declared) as Declared;
  change(tree.services);
  await writeFile(join(starter.folder, 'cluster.yaml'), stringify(tree));
}

async function plan(): Promise<{ readonly status: number; readonly changes: readonly string[] }> {
  const { status, stdout, stderr } = await datamancy(starter.folder, ['plan', '--json']);
  expect(stderr).toBe('');
  return { status, changes: readChanges(stdout) };
}

test('up with nothing to do changes nothing, and plan says so', async () => {
  const before = await idByService(starter.name);
  const release = await readFile(join(starter.folder, '.datamancy/releases/current'), 'utf8');
  const secrets = await readFile(join(starter.folder, 'secrets.yaml'), 'utf8');
  expect(await plan()).toEqual({ status: 0, changes: [] });
  expect(await succeed(starter.folder, ['up'])).toContain('17 of 17 services healthy, nothing changed');
  expect(await idByService(starter.name)).toEqual(before);
  expect(await readFile(join(starter.folder, '.datamancy/releases/current'), 'utf8')).toBe(release);
  expect(await readFile(join(starter.folder, 'secrets.yaml'), 'utf8')).toBe(secrets);
});

test('a database password that somebody changed by hand is put right, and nothing is restarted for it', async () => {
  const { Id } = await containerOf(starter.name, 'postgresql');
  const before = await restartsAndIds();
  const role = 'postgres_exporter';
  await docker('exec', Id, 'psql', '-U', 'postgres', '-c', `ALTER ROLE "${role}" PASSWORD 'changed by hand'`);
  const logIn = async (password: string): Promise<string> =>
    docker('exec', '-e', `PGPASSWORD=${password}`, Id, 'psql', '-h', address, '-U', role, '-d', role, '-tAc', 'SELECT 1');
  const address = Object.values((await containerOf(starter.name, 'postgresql')).NetworkSettings.Networks)[0]?.IPAddress ?? '';
  const own = (await succeed(starter.folder, ['secrets', 'show', 'postgres-exporter.db'])).trim();
  await expect(logIn(own)).rejects.toThrow(/password authentication failed/);

  await succeed(starter.folder, ['up']);
  expect((await logIn(own)).trim()).toBe('1');
  expect(await restartsAndIds()).toEqual(before);
});

test('a changed limit replaces exactly that service, and no other', async () => {
  const before = await idByService(starter.name);
  await redeclare((services) => {
    services['mkdocs'] = { limits: { memory: '200MiB' } };
  });
  expect(await plan()).toEqual({ status: 2, changes: ['replace mkdocs'] });
  expect(await idByService(starter.name)).toEqual(before);

  expect(await succeed(starter.folder, ['up'])).toContain('17 of 17 services healthy, 1 changed');
  const { mkdocs, ...others } = await idByService(starter.name);
  const { mkdocs: oldMkdocs, ...oldOthers } = before;
  expect(mkdocs).not.toBe(oldMkdocs);
  expect(others).toEqual(oldOthers);
  expect(
    (
      await docker(
        'exec',
        mkdocs ?? '',
        'sh',
        '-c',
        'cat /sys/fs/cgroup/memory.max /sys/fs/cgroup/memory/memory.limit_in_bytes 2>/dev/null || true',
      )
    ).trim(),
  ).toBe(String(200 * 1024 * 1024));
});

test('a removed service goes, with its address, and what does not know of it stays untouched', async () => {
  await succeed(starter.folder, ['up']);
  const before = await idByService(starter.name);
  await redeclare((services) => {
    delete services['radicale'];
  });
  const { status, changes } = await plan();
  expect(status).toBe(2);
  expect(changes).toContain('remove radicale');
  await succeed(starter.folder, ['up']);
  const after = await idByService(starter.name);
  const touched = Object.keys(before).filter((name) => before[name] !== after[name]);
  expect(new Set(touched)).toEqual(new Set(changes.map((change) => change.split(' ')[1])));
  for (const store of ['postgresql', 'mariadb', 'valkey', 'openldap', 'ntfy']) expect(touched).not.toContain(store);
  const edge = await edgeOf(starter);
  await expect(edge.ask({ host: 'calendar.datamancy.localhost' }, AbortSignal.timeout(60_000))).rejects.toThrow(/alert/);
  expect(await plan()).toEqual({ status: 0, changes: [] });
});

test('a service that is declared again is back', async () => {
  await succeed(starter.folder, ['up']);
  const { services } = readStatus(await succeed(starter.folder, ['status', '--json']));
  expect(services.find(({ name }) => name === 'radicale')).toMatchObject({ health: 'healthy' });
});

test('a limit that somebody changed on the container by hand is shown as drift, and up mends it', async () => {
  const { Id } = await containerOf(starter.name, 'ntfy');
  await docker('update', '--memory', '100m', '--memory-swap', '200m', Id);
  const { services } = readStatus(await succeed(starter.folder, ['status', '--json']));
  expect(services.filter(({ drift }) => drift.length > 0)).toMatchObject([
    { name: 'ntfy', drift: [expect.stringContaining('memory limit of ntfy is 100 MiB')] },
  ]);
  expect(await plan()).toEqual({ status: 2, changes: ['drift ntfy'] });
  expect(await succeed(starter.folder, ['status'])).toContain('drift ntfy: memory limit');
  const before = await idByService(starter.name);
  await succeed(starter.folder, ['up']);
  const after = await idByService(starter.name);
  expect(Object.keys(after).filter((name) => after[name] !== before[name])).toEqual(['ntfy']);
  expect(await plan()).toEqual({ status: 0, changes: [] });
});

async function restartsAndIds(): Promise<unknown> {
  const { services } = readStatus(await succeed(starter.folder, ['status', '--json']));
  return { ids: await idByService(starter.name), restarts: services.map(({ restarts }) => restarts) };
}
