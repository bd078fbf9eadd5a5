import { once } from 'node:events';
import { rmSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { erc20Abi, parseEther } from 'viem';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { listen } from '../../kit/http-server.ts';
import { type RunningBroadcaster, chainsFor, startBroadcaster } from '../testing/broadcaster.ts';
import { type RunningGateway, startGateway, type Told } from '../testing/gateway.ts';
import { startIssuer, type TestIssuer } from '../testing/issuer.ts';
import { makeTestFolder } from '../testing/folder.ts';
import { type LocalChain, startLocalChain } from '../testing/local-chain.ts';

const somebody = '0x00000000000000000000000000000000000A11cE';
const stranger = '0x00000000000000000000000000000000000B0b00';
const coin = { chain: 31_337, token: 'eth' };

let chain: LocalChain;
let issuer: TestIssuer;
let broadcaster: RunningBroadcaster;
let door: Server;
let gateway: RunningGateway;
let folder: string;
let isAway = false;
let busyWith: string | undefined;
let clock = 0;

async function start(mode = 'live'): Promise<void> {
  const limits = { max_per_transfer: '100', max_per_day: '250' };
  const policies = {
    tokens: [
      { id: 'eth', chain: chain.id },
      { id: 'tok', chain: chain.id, contract: chain.token },
    ],
    policies: [
      {
        name: 'staff',
        groups: ['operator'],
        mode,
        max_per_hour: 20,
        allow: [
          { chain: chain.id, token: 'eth', recipients: [somebody], ...limits },
          { chain: chain.id, token: 'tok', recipients: 'book', ...limits },
        ],
      },
    ],
  };
  const { port } = door.address() as AddressInfo;
  gateway = await startGateway({ issuer, broadcasterUrl: `http://127.0.0.1:${port}`, policies, folder, now: () => Date.now() + clock });
}

beforeEach(async () => {
  [isAway, busyWith, clock] = [false, undefined, 0];
  folder = makeTestFolder();
  chain = await startLocalChain();
  issuer = await startIssuer();
  broadcaster = startBroadcaster(chainsFor(chain.id, [chain.url], { confirmations: 1 }));
  await chain.fund(broadcaster.address, parseEther('1'));
  const pass = async (request: Request): Promise<Response> => {
    if (isAway) return new Response('away', { status: 502 });
    const { pathname, search } = new URL(request.url);
    const body = request.method === 'POST' ? (JSON.parse((await request.text()) || '{}') as object) : undefined;
    if (body && 'value' in body && body.value === busyWith) {
      return Response.json({ error: { code: 'busy', message: 'too many wait', fix: 'try again' } }, { status: 503 });
    }
    return broadcaster.ask(pathname + search, {
      method: request.method,
      headers: Object.fromEntries(request.headers),
      ...(body ? { body } : {}),
    });
  };
  door = listen(pass, { host: '127.0.0.1', port: 0 });
  await once(door, 'listening');
  await start();
});

afterEach(async () => {
  await gateway.stop();
  await broadcaster.remove();
  issuer.close();
  chain.close();
  door.close();
  door.closeAllConnections();
  rmSync(folder, { recursive: true, force: true });
});

function codesOf(told: readonly Told[]): readonly (string | undefined)[] {
  return told.map(({ body }) => body.error?.code);
}

test('coins that a policy allows are paid', async () => {
  const { status, body } = await gateway.transfer({ ...coin, to: somebody, amount: '60' });
  expect([status, body.state]).toEqual([202, 'decided']);
  expect(await gateway.untilIs(body.id ?? '', 'paid')).toMatchObject({ progress: 'confirmed', amount: '60' });
  expect(await chain.client.getBalance({ address: somebody })).toBe(60n);
});

test('a token is paid to a name of the address book once that is old enough', async () => {
  await chain.fundToken(broadcaster.address, 500n);
  const request = { chain: chain.id, token: 'tok', to: 'bob', amount: '70' };
  expect(codesOf([await gateway.transfer(request)])).toEqual(['recipient']);
  expect((await gateway.ask('/v1/addressbook/bob', { method: 'PUT', body: { address: stranger } })).status).toBe(200);
  expect((await gateway.transfer(request)).body.error?.message).toContain('24 hours');
  clock = 25 * 3_600_000;
  const { body } = await gateway.transfer(request);
  await gateway.untilIs(body.id ?? '', 'paid');
  const balance = await chain.client.readContract({ address: chain.token, abi: erc20Abi, functionName: 'balanceOf', args: [stranger] });
  expect(balance).toBe(70n);
});

test('every limit is applied to coins and to tokens, exactly', async () => {
  const told = [
    await gateway.transfer({ ...coin, to: stranger, amount: '1' }),
    await gateway.transfer({ ...coin, to: somebody, amount: '101' }),
    await gateway.transfer({ ...coin, token: 'usd', to: somebody, amount: '1' }),
    await gateway.transfer({ ...coin, chain: 1, to: somebody, amount: '1' }),
    await gateway.transfer({ chain: chain.id, token: 'tok', to: somebody, amount: '101' }),
    await gateway.transfer({ ...coin, to: somebody, amount: '1' }, undefined, await issuer.token({ groups: ['viewer'] })),
  ];
  expect(codesOf(told)).toEqual(['recipient', 'amount', 'token', 'token', 'recipient', 'policy']);
  expect(told.map(({ status }) => status)).toEqual(told.map(() => 403));
});

test('requests at the same time cannot pass the limit of a day together', async () => {
  const told = await Promise.all(Array.from({ length: 12 }, async () => gateway.transfer({ ...coin, to: somebody, amount: '50' })));
  expect(told.filter(({ status }) => status === 202).length).toBe(5);
  expect(codesOf(told).filter((code) => code === 'day').length).toBe(7);
  await Promise.all(told.flatMap(({ status, body }) => (status === 202 ? [gateway.untilIs(body.id ?? '', 'paid')] : [])));
  expect(await chain.client.getBalance({ address: somebody })).toBe(250n);
  clock = 25 * 3_600_000;
  expect((await gateway.transfer({ ...coin, to: somebody, amount: '50' })).status).toBe(202);
});

test('what was not paid counts for the number of an hour all the same', async () => {
  await chain.rpc('hardhat_setBalance', broadcaster.address, '0x1');
  const told = [];
  for (let i = 0; i < 20; i++) told.push(await gateway.transfer({ ...coin, to: somebody, amount: '1' }));
  await Promise.all(told.map(async ({ body }) => gateway.untilIs(body.id ?? '', 'unpaid')));
  expect(codesOf([await gateway.transfer({ ...coin, to: somebody, amount: '1' })])).toEqual(['hour']);
});

test('what was decided and not handed over is cancelled by its person or an administrator, and is never paid', async () => {
  const [admin, eve] = [await issuer.token({ name: 'root', groups: ['admin'] }), await issuer.token({ name: 'eve' })];
  const cancel = async ({ body }: Told, token?: string): Promise<Told> =>
    gateway.ask(`/v1/transactions/${body.id}/cancel`, { method: 'POST', ...(token === undefined ? {} : { token }) });
  isAway = true;
  const first = await gateway.transfer({ ...coin, to: somebody, amount: '1' });
  await gateway.untilIs(first.body.id ?? '', 'handing');
  const [second, third] = [
    await gateway.transfer({ ...coin, to: somebody, amount: '2' }),
    await gateway.transfer({ ...coin, to: somebody, amount: '4' }),
  ];
  await gateway.ask('/v1/halt', { method: 'POST', token: admin });
  expect((await cancel(second, eve)).status).toBe(404);
  expect(await cancel(second)).toMatchObject({ status: 202, body: { state: 'unpaid', progress: 'cancelled' } });
  expect(await cancel(third, admin)).toMatchObject({ status: 202, body: { state: 'unpaid', progress: 'cancelled' } });
  expect(codesOf([await cancel(first), await cancel(second)])).toEqual(['late', 'late']);
  isAway = false;
  await gateway.stop();
  await start();
  await gateway.ask('/v1/halt', { method: 'DELETE', token: admin });
  await gateway.untilIs(first.body.id ?? '', 'paid');
  const last = await gateway.transfer({ ...coin, to: somebody, amount: '8' }, 'after-the-restart');
  await gateway.untilIs(last.body.id ?? '', 'paid');
  expect(await chain.client.getBalance({ address: somebody })).toBe(9n);
});

test('one that the broadcaster does not take now holds up no other', async () => {
  busyWith = '7';
  const waiting = await gateway.transfer({ ...coin, to: somebody, amount: '7' });
  const other = await gateway.transfer({ ...coin, to: somebody, amount: '8' });
  await gateway.untilIs(other.body.id ?? '', 'paid');
  busyWith = undefined;
  await gateway.untilIs(waiting.body.id ?? '', 'paid');
  expect(await chain.client.getBalance({ address: somebody })).toBe(15n);
});

test('a repeat is no decision for the metric', async () => {
  const request = { ...coin, to: somebody, amount: '101' };
  for (let i = 0; i < 3; i++) {
    expect((await gateway.transfer(request, 'the-same-key')).body.error).toMatchObject({
      code: 'amount',
      fix: expect.stringContaining('less'),
    });
  }
  expect(await gateway.metrics()).toContain('tx_gateway_decisions_total{result="amount"} 1');
});

test('no more than the number of an hour is allowed', async () => {
  const told = await Promise.all(Array.from({ length: 25 }, async () => gateway.transfer({ ...coin, to: somebody, amount: '1' })));
  expect(codesOf(told).filter((code) => code === 'hour').length).toBe(5);
});

test('the same key gives the same answer, also after a restart, and pays once', async () => {
  const request = { ...coin, to: somebody, amount: '10' };
  const told = await Promise.all(Array.from({ length: 5 }, async () => gateway.transfer(request, 'one-key-of-many')));
  expect(new Set(told.map(({ body }) => body.id)).size).toBe(1);
  expect((await gateway.transfer({ ...request, amount: '11' }, 'one-key-of-many')).status).toBe(409);
  const denied = await gateway.transfer({ ...request, amount: '101' }, 'a-denied-key');
  await gateway.stop();
  await start();
  expect((await gateway.transfer(request, 'one-key-of-many')).body.id).toBe(told[0]?.body.id);
  expect(await gateway.transfer({ ...request, amount: '101' }, 'a-denied-key')).toEqual(denied);
  await gateway.untilIs(told[0]?.body.id ?? '', 'paid');
  expect(await chain.client.getBalance({ address: somebody })).toBe(10n);
  expect((await gateway.ask('/v1/transfers', { method: 'POST', body: request })).status).toBe(400);
});

test('a key is the person’s own, and so are the transactions', async () => {
  const request = { ...coin, to: somebody, amount: '10' };
  const own = await gateway.transfer(request, 'shared-key');
  const eve = await issuer.token({ name: 'eve' });
  const hers = await gateway.transfer(request, 'shared-key', eve);
  expect(hers.body.id).not.toBe(own.body.id);
  expect((await gateway.ask(`/v1/transactions/${own.body.id}`, { token: eve })).status).toBe(404);
  expect((await gateway.ask('/v1/transactions', { token: eve })).body['transactions']).toMatchObject([{ id: hers.body.id }]);
});

test('while the broadcaster is away transfers are kept and health says so; then each is paid once', async () => {
  isAway = true;
  expect((await gateway.ask('/health')).status).toBe(503);
  const { body } = await gateway.transfer({ ...coin, to: somebody, amount: '10' });
  await gateway.stop();
  isAway = false;
  await start();
  await gateway.untilIs(body.id ?? '', 'paid');
  expect((await gateway.ask('/health')).status).toBe(200);
  expect(await chain.client.getBalance({ address: somebody })).toBe(10n);
});

test('what the broadcaster could not pay is told, and counts for no limit', async () => {
  await chain.rpc('hardhat_setBalance', broadcaster.address, '0x1');
  const { body } = await gateway.transfer({ ...coin, to: somebody, amount: '100' });
  expect(await gateway.untilIs(body.id ?? '', 'unpaid')).toMatchObject({
    progress: 'refused',
    reason: expect.stringMatching(/balance|fund/),
  });
  await chain.fund(broadcaster.address, parseEther('1'));
  for (const amount of ['100', '100', '50']) expect((await gateway.transfer({ ...coin, to: somebody, amount })).status).toBe(202);
  expect(codesOf([await gateway.transfer({ ...coin, to: somebody, amount: '1' })])).toEqual(['day']);
});

test('an administrator stops everything, also what was decided and not handed over, and that outlasts a restart', async () => {
  const admin = await issuer.token({ name: 'root', groups: ['admin'] });
  expect((await gateway.ask('/v1/halt', { method: 'POST' })).status).toBe(403);
  isAway = true;
  const waiting = await gateway.transfer({ ...coin, to: somebody, amount: '10' });
  expect((await gateway.ask('/v1/halt', { method: 'POST', token: admin })).status).toBe(200);
  await gateway.stop();
  // What was on its way to the broadcaster before the halt has met nobody by now.
  isAway = false;
  await start();
  expect(codesOf([await gateway.transfer({ ...coin, to: somebody, amount: '10' }, 'tried-while-halted')])).toEqual(['halted']);
  await new Promise((resolve) => void setTimeout(resolve, 200));
  expect((await gateway.ask(`/v1/transactions/${waiting.body.id}`)).body.state).toMatch(/^(?:decided|handing)$/);
  await gateway.ask('/v1/halt', { method: 'DELETE', token: admin });
  await gateway.untilIs(waiting.body.id ?? '', 'paid');
  expect((await gateway.transfer({ ...coin, to: somebody, amount: '10' }, 'tried-while-halted')).status).toBe(202);
  const { entries } = (await gateway.ask('/v1/audit', { token: admin })).body as unknown as {
    entries: { action: string; decision: string }[];
  };
  expect(entries.map(({ action, decision }) => `${action} ${decision}`)).toEqual([
    'transfer live',
    'resume done',
    'transfer halted',
    'halt done',
    'transfer live',
  ]);
  expect((await gateway.ask('/v1/audit')).status).toBe(403);
});

test('what was decided cannot be changed, and where it cannot be written nothing is paid', async () => {
  await gateway.transfer({ ...coin, to: somebody, amount: '101' });
  const { database } = gateway.connection;
  expect(() => database.exec('DELETE FROM audit')).toThrow(/not removed/);
  expect(() => database.exec("UPDATE audit SET decision = 'live'")).toThrow(/not changed/);
  database.exec("CREATE TRIGGER full BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'the disk is full'); END");
  expect((await gateway.transfer({ ...coin, to: somebody, amount: '10' }, 'while-it-is-full')).status).toBe(503);
  database.exec('DROP TRIGGER full');
  expect((await gateway.ask('/v1/transactions')).body['transactions']).toHaveLength(1);
  expect((await gateway.transfer({ ...coin, to: somebody, amount: '10' }, 'while-it-is-full')).status).toBe(202);
});

test('a dry run decides and pays nothing', async () => {
  await gateway.stop();
  await start('dry-run');
  expect((await gateway.transfer({ ...coin, to: somebody, amount: '10' })).body.state).toBe('dry-run');
  expect(codesOf([await gateway.transfer({ ...coin, to: somebody, amount: '101' })])).toEqual(['amount']);
  await new Promise((resolve) => void setTimeout(resolve, 200));
  expect(await chain.client.getBalance({ address: somebody })).toBe(0n);
});
