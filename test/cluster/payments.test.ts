import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { freePort } from '../../src/kit/testing/free-port.ts';
import { datamancy, docker, succeed } from './support/command.ts';
import { clearCluster, containerOf, removeImagesOf } from './support/containers.ts';

const name = `test-payments-${process.pid}`;
const units = ['evm-broadcaster', 'tx-gateway'] as const;
const allow = { chain: 8453, token: 'coin', max_per_transfer: '5', max_per_day: '9', recipients: 'book' };
const policy = { name: 'staff', groups: ['operator'], max_per_hour: 3, allow: [allow] };
/** Nobody answers there, which is no fault of the two services. */
const payments = {
  chains: { base: { id: 8453, rpcs: ['http://rpc.invalid:8545/v2/{base}'], max_fee_gwei: '5' } },
  tokens: [{ id: 'coin', chain: 8453 }],
  policies: [policy],
};

let folder: string;
let ports: { readonly http: number; readonly https: number };

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'datamancy-payments-'));
  ports = { http: await freePort(), https: await freePort() };
  await declare({});
  await succeed(folder, ['up']);
});

afterAll(async () => {
  await datamancy(folder, ['down', '--volumes']);
  await clearCluster(name);
  await removeImagesOf(name);
  await rm(folder, { recursive: true, force: true });
});

async function declare(more: object): Promise<void> {
  const admin = { name: 'owner', email: 'owner@example.org' };
  const choices = { images: 'debian', runtime: 'compose', ports };
  const services = Object.fromEntries(['caddy', 'gate', 'openldap', 'valkey', ...units].map((service) => [service, null]));
  await writeFile(join(folder, 'cluster.yaml'), stringify({ name, domain: 'pay.localhost', admin, ...choices, services, ...more }));
}

async function healthOfBroadcaster(): Promise<unknown> {
  const { Id } = await containerOf(name, 'evm-broadcaster');
  const script = "fetch('http://127.0.0.1:8081/health').then((answer) => answer.text()).then(console.log)";
  return JSON.parse(await docker('exec', Id, 'node', '-e', script));
}

async function containers(): Promise<readonly string[]> {
  return Promise.all(units.map(async (unit) => (await containerOf(name, unit)).Id));
}

test('with nothing declared both run, follow no chain and let nobody pay', async () => {
  expect(await healthOfBroadcaster()).toMatchObject({ status: 'ok', chains: [], note: expect.stringContaining('no chain') });
  expect(await succeed(folder, ['logs', 'tx-gateway'])).toContain('nobody may transfer anything');
});

test('what is declared is not started before the key that it names is given, and then holds, and a former file is told of', async () => {
  const [broadcaster = ''] = await containers();
  await docker('exec', broadcaster, 'sh', '-c', 'echo "chains: []" > /data/chains.yaml');
  await declare({ payments });
  const { status, stdout, stderr } = await datamancy(folder, ['up']);
  expect([status, stdout + stderr]).toEqual([expect.any(Number), expect.stringContaining('datamancy secrets set payments.base')]);
  expect(status).not.toBe(0);
  await succeed(folder, ['secrets', 'set', 'payments.base'], { input: 'a-key-of-the-test\n' });
  await succeed(folder, ['up']);
  expect(await healthOfBroadcaster()).toMatchObject({ chains: [{ id: 8453, name: 'base' }] });
  const told = await succeed(folder, ['logs', 'evm-broadcaster']);
  expect(told).toContain('chains.yaml in the volume is no longer read');
  expect(told).not.toContain('a-key-of-the-test');
});

test('another limit makes the gateway anew, though no chain answers, and leaves the broadcaster alone', async () => {
  const [broadcaster, gateway] = await containers();
  await declare({ payments: { ...payments, policies: [{ ...policy, max_per_hour: 1 }] } });
  await succeed(folder, ['up']);
  const [same, other] = await containers();
  expect(same).toBe(broadcaster);
  expect(other).not.toBe(gateway);
  expect(await docker('exec', other ?? '', 'cat', '/config/policies.json')).toContain('"max_per_hour": 1,');
});
