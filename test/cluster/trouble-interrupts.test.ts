import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { sleep } from '../../src/kit/clock.ts';
import { openSecrets } from '../../src/secrets/keep.ts';
import { killComposeClients } from './compose-harness.ts';
import type { Ended } from './support/command.ts';
import { begin, datamancy, eventually, succeed } from './support/command.ts';
import { containersOf } from './support/containers.ts';
import type { SmallCluster, SmallUnit } from './support/small-cluster.ts';
import { calm, smallCluster } from './support/small-cluster.ts';

let cluster: SmallCluster;

beforeAll(async () => {
  cluster = await smallCluster('interrupts');
  return async () => cluster.remove();
});

const names = ['one', 'two', 'three', 'four'];

/** The same services in a new version, so that there is something to do in each round. */
function version(number: number, unit: SmallUnit = calm): Readonly<Record<string, SmallUnit>> {
  return Object.fromEntries(names.map((name) => [name, { ...unit, env: { VERSION: String(number) } }]));
}

test('an up that is killed at any moment leaves nothing half-written, and the next one completes it', async () => {
  const moments = [150, 300, 450, 600, 800, 1000, 1300, 1700, 2300, 3000];
  let killed = 0;
  for (const [round, afterMs] of moments.entries()) {
    await cluster.declare(version(round));
    const { child, ended } = begin(cluster.folder, ['up']);
    await sleep(afterMs);
    child.kill('SIGKILL');
    if ((await ended).signal === 'SIGKILL') killed++;
    await expectNothingHalfWritten();
  }
  expect(killed).toBeGreaterThan(5);
  await completes(moments.length - 1);
});

test('an up whose engine client is killed again and again loses nothing', async () => {
  await cluster.declare(version(100));
  const { ended } = begin(cluster.folder, ['up']);
  let killed = 0;
  const isOver = ended.then(() => true);
  while (killed < 2 && !(await Promise.race([isOver, sleep(50).then(() => false)])))
    killed += await killComposeClients(`datamancy-${cluster.name}`);
  expect({ ...(await ended), killed }).toMatchObject({ status: 0, killed: expect.toSatisfy((count: number) => count > 0) });
  await completes(100);
});

test('a stop by the keyboard ends with a word about it, and the next up completes it', async () => {
  await cluster.declare(version(200, { ...calm, health: 'test -f /tmp/never' }));
  const { child, ended } = begin(cluster.folder, ['up']);
  await eventually('a container is there', async () =>
    (await containersOf(cluster.name)).some(({ Config }) => Config.Env?.includes('VERSION=200')),
  );
  child.kill('SIGINT');
  const { status, printed } = await ended;
  expect({ status, printed }).toMatchObject({ status: 130, printed: expect.stringContaining('stopped; nothing is lost') });
  await cluster.declare(version(201));
  await completes(201);
});

test('of two at once the second says who holds the lock, and the first is not disturbed', async () => {
  await cluster.declare(version(300));
  const first = begin(cluster.folder, ['up']);
  await eventually('the lock is taken', async () => (await readdir(join(cluster.folder, '.datamancy'))).includes('lock'));
  const second = await datamancy(cluster.folder, ['up']);
  expect(second).toMatchObject({
    status: 1,
    stderr: expect.stringContaining(`error[E_LOCKED]: \`datamancy up\` (process ${first.child.pid}, since `),
  });
  expect(second.stderr).toContain('fix: wait until it is done');
  expect((await first.ended).status).toBe(0);
  await completes(300);
});

test('of many at once on a cluster that was never up, one works and all others say that they are locked', async () => {
  const fresh = await smallCluster('crowd');
  try {
    await fresh.declare({ calm });
    const all = await Promise.all(
      Array.from({ length: 5 }, () => begin(fresh.folder, ['up'])).map(async ({ ended }): Promise<Ended> => ended),
    );
    const refused = all.filter(({ printed }) => printed.includes('error[E_LOCKED]'));
    const done = all.filter(({ status }) => status === 0);
    expect({ of: refused.length + done.length, some: done.length > 0 }).toEqual({ of: 5, some: true });
    expect((await containersOf(fresh.name)).length).toBe(1);
    await succeed(fresh.folder, ['plan']);
  } finally {
    await fresh.remove();
  }
});

async function completes(number: number): Promise<void> {
  expect(await succeed(cluster.folder, ['up'])).toContain(`${names.length} of ${names.length} services healthy`);
  await succeed(cluster.folder, ['plan']);
  const containers = await containersOf(cluster.name);
  expect(containers.map(({ service }) => service)).toEqual(names.toSorted());
  for (const { Config } of containers) expect(Config.Env).toContain(`VERSION=${number}`);
  expect((await readdir(join(cluster.folder, '.datamancy'))).filter((name) => name.startsWith('lock'))).toEqual([]);
  await expectNothingHalfWritten();
}

/** Whatever stands under its final name is whole. */
async function expectNothingHalfWritten(): Promise<void> {
  const entries = await readdir(cluster.folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile() && !/\.new(\/|$)/.test(join(entry.parentPath, entry.name)))
    .map((entry) => join(entry.parentPath, entry.name));
  for (const path of paths) {
    const text = await readFile(path, 'utf8');
    const read = (content: string): unknown =>
      path.endsWith('.json') ? JSON.parse(content) : path.endsWith('.yaml') ? parse(content) : content;
    expect({ path, isEmpty: text === '' || read(text) === null }).toEqual({ path, isEmpty: false });
  }
  if (!paths.some((path) => path.endsWith('/secrets.yaml'))) return;
  const secrets = await openSecrets(cluster.folder, { ageKeyFile: join(cluster.folder, '.datamancy/age.key'), mustExist: true });
  expect(secrets.digestKey()).toMatch(/^[0-9a-f]{64}$/);
}
