import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { temporaryFolder } from '../kit/testing/temporary-folder.ts';
import type { Enforced, Unit } from '../runtime/runtime.ts';
import { sampleApp, sampleEdge, sampleService, sampleStack } from '../stack/sample.ts';
import type { ResolvedService } from '../stack/stack.ts';
import { driftOf } from './drift.ts';
import type { ClusterFolder } from './folder.ts';
import { clusterFolder } from './folder.ts';
import { planChanges } from './plan.ts';
import type { StoredRelease } from './release.ts';
import { writeRelease } from './release.ts';

const stack = sampleStack([sampleEdge, sampleApp('app'), sampleService('db')]);

let folder: ClusterFolder;
let release: StoredRelease;
beforeEach(async () => {
  folder = clusterFolder(await temporaryFolder());
  release = await writeRelease(folder, { app: 'a', caddy: 'a', db: 'a' }, () => [{ path: 'app/main.yml', content: 'x' }]);
});

function asDeclared({ limits, service, networks }: ResolvedService): Enforced {
  return {
    user: service.user,
    ...limits,
    readOnlyRoot: true,
    noNewPrivileges: true,
    capDrop: ['ALL'],
    capAdd: [],
    logging: { driver: 'json-file', options: {} },
    networks: networks.map((network) => `datamancy-${stack.name}_${network}`).toReversed(),
    published: [],
    mounts: [],
  };
}

function units(change: Readonly<Record<string, Partial<Unit>>> = {}): readonly Unit[] {
  return stack.services.map((service) => ({
    service: service.name,
    state: 'healthy',
    digest: 'a',
    release: 1,
    image: 'x',
    imageId: 'sha256:x',
    restarts: 0,
    startedAt: undefined,
    exit: undefined,
    healthOutput: undefined,
    enforced: asDeclared(service),
    ...change[service.name],
  }));
}

function service(name: string): ResolvedService {
  const found = stack.services.find((candidate) => candidate.name === name);
  if (!found) throw new Error(`no ${name} in the sample`);
  return found;
}

test('what runs as declared gives no change', async () => {
  expect(await planChanges(stack, release, units())).toEqual([]);
});

test('each kind of change is named with its reason', async () => {
  const found = units({ app: { digest: 'old' }, db: { state: 'exited' } }).filter(({ service: name }) => name !== 'caddy');
  const extra = units()
    .slice(0, 1)
    .map((unit): Unit => ({ ...unit, service: 'gone' }));
  expect(await planChanges(stack, release, [...found, ...extra])).toEqual([
    { kind: 'replace', service: 'app', reason: 'its definition changed' },
    { kind: 'create', service: 'caddy', reason: 'not there yet' },
    { kind: 'start', service: 'db', reason: 'it is exited' },
    { kind: 'remove', service: 'gone', reason: 'no longer declared' },
  ]);
});

test('a unit and a file that somebody changed by hand are drift', async () => {
  await writeFile(join(release.directory, 'app/main.yml'), 'by hand');
  const found = units({ db: { enforced: { ...asDeclared(service('db')), memoryBytes: 2 ** 20 } } });
  expect(await planChanges(stack, release, found)).toEqual([
    { kind: 'drift', service: 'db', reason: 'memory limit of db is 1 MiB, declared is 128 MiB' },
    { kind: 'drift', service: 'app', reason: 'app/main.yml was edited after it was rendered' },
  ]);
});

test('a unit that is replaced anyhow is not called drifted too', async () => {
  const found = units({ db: { digest: 'old', enforced: { ...asDeclared(service('db')), memoryBytes: 2 ** 20 } } });
  expect(await planChanges(stack, release, found)).toEqual([{ kind: 'replace', service: 'db', reason: 'its definition changed' }]);
});

test('every limit, the user, the root and the networks are compared, whatever their order', () => {
  const app = service('app');
  const [unit] = units();
  const seen = (enforced: Enforced | undefined): readonly string[] =>
    unit ? driftOf(stack, app, { ...unit, service: 'app', enforced }) : [];
  const sound = asDeclared(app);
  expect(seen(sound)).toEqual([]);
  expect(seen(undefined)).toEqual([]);
  expect(seen({ ...sound, cpus: 4, pids: 9, user: '0:0', readOnlyRoot: false, networks: [] })).toEqual([
    'CPU limit of app is 4, declared is 1',
    `process limit of app is 9, declared is ${app.limits.pids}`,
    'user of app is 0:0, declared is 1000:1000',
    'read-only root of app is false, declared is true',
    'network list of app is none, declared is datamancy-test_edge',
  ]);
});
