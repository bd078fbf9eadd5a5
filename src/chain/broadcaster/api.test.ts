import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { chainsFor, noChains, type RunningBroadcaster, startBroadcaster, workerToken } from '../testing/broadcaster.ts';
import { makeTestFolder } from '../testing/folder.ts';
import { importAccount, listAccounts, makeAccounts, openAccount } from './accounts.ts';
import { clientOf, clientsSchema, replaceClients } from './clients.ts';
import { openLedger } from './database.ts';
import { keepFirst, keepNext, listPromises, listVariants } from './payments.ts';

const somebody = '0x00000000000000000000000000000000000A11cE';
const nowhere = chainsFor(5, ['http://127.0.0.1:1/v1/an-api-key-of-a-company']);
const order = { chain: 5, to: somebody, value: '1' };

let broadcaster: RunningBroadcaster;

beforeEach(() => {
  broadcaster = startBroadcaster(noChains);
});

afterEach(async () => {
  await broadcaster.remove();
});

test('with no chain it is well, says so, and refuses with what to do', async () => {
  const health = await broadcaster.ask('/health');
  expect([health.status, await health.json()]).toEqual([
    200,
    expect.objectContaining({ status: 'ok', note: expect.stringContaining('no chain') }),
  ]);
  expect(await broadcaster.submit(order)).toMatchObject({ error: { code: 'chain', fix: expect.stringContaining('payments.chains') } });
});

test('what was taken once stays taken when its chain is configured no more', async () => {
  await broadcaster.restart(nowhere);
  const { id } = await broadcaster.submit(order, 'asked-twice');
  await broadcaster.restart(noChains);
  expect(await broadcaster.submit(order, 'asked-twice')).toMatchObject({ id, state: 'queued' });
  expect(await broadcaster.submit({ ...order, value: '2' }, 'asked-twice')).toMatchObject({ error: { code: 'key' } });
  expect(await broadcaster.submit(order)).toMatchObject({ error: { code: 'chain' } });
});

test('what can happen on a chain is counted from nothing, so that an alert sees the first time', async () => {
  await broadcaster.restart(nowhere);
  await expect
    .poll(async () => broadcaster.metrics(), { timeout: 15_000 })
    .toContain('evm_broadcaster_payments_ended_total{chain="local",state="lost"} 0');
});

test('a client has a token for each of its needs, and a name as long as a service may have', async () => {
  const name = `a${'b'.repeat(39)}`;
  const ledger = openLedger(broadcaster.database, 'key-of-the-test-0123456789abcdef');
  replaceClients(ledger, clientsSchema.parse({ [name]: [`${workerToken}-one`, `${workerToken}-two`] }));
  expect(['-one', '-two', ''].map((end) => clientOf(ledger, workerToken + end))).toEqual([name, name, undefined]);
  ledger.database.close();
});

test('the newest transaction of a payment is the one that was stored last, also when the clock stepped back', async () => {
  await broadcaster.restart(nowhere);
  const { id } = await broadcaster.submit(order);
  const ledger = openLedger(broadcaster.database, 'key-of-the-test-0123456789abcdef');
  const fees = { maxFee: 8n, maxPriorityFee: 1n };
  const variant = {
    ...fees,
    hash: '0x01',
    purpose: 'pay',
    raw: '0x',
    head: 1n,
    signedAt: 9,
    sentAt: undefined,
    isAccepted: false,
  } as const;
  keepFirst(ledger, id, 0, 1n, variant);
  keepNext(ledger, id, { ...variant, hash: '0x02', maxFee: 9n, signedAt: 5 });
  expect(listVariants(ledger, id).map(({ hash }) => hash)).toEqual(['0x02', '0x01']);
  expect(listPromises(ledger, { account: 'main', chain: 5 })).toEqual([10n]);
  ledger.database.close();
});

test('no address of an RPC is shown beyond its host', async () => {
  await broadcaster.restart(nowhere);
  await expect.poll(async () => (await broadcaster.ask('/chains')).text(), { timeout: 15_000 }).toContain('"away"');
  const shown = [await broadcaster.ask('/chains'), await broadcaster.ask('/health')].map(async (answer) => answer.text());
  expect((await Promise.all(shown)).join('')).not.toContain('an-api-key');
});

test.each(['', 'Bearer', 'Bearer wrong', `Basic ${workerToken}`, `Bearer ${workerToken}x`, `Bearer ${workerToken.slice(1)}`])(
  'nothing is told to whoever sends "%s"',
  async (authorization) => {
    for (const path of ['/accounts', '/chains', '/transactions/x', `/status/0x00?chain=5`]) {
      expect((await broadcaster.ask(path, { headers: { authorization } })).status).toBe(401);
    }
    expect((await broadcaster.ask('/submit', { method: 'POST', body: order, headers: { authorization } })).status).toBe(401);
  },
);

test('a client sees no payment of another, and may use a key of the other', async () => {
  await broadcaster.restart(nowhere);
  const { id } = await broadcaster.submit(order, 'a-key-of-both');
  const headers = { authorization: `Bearer ${workerToken}-of-another`, 'idempotency-key': 'a-key-of-both' };
  expect((await broadcaster.ask(`/transactions/${id}`, { headers })).status).toBe(404);
  expect((await broadcaster.ask(`/transactions/${id}/cancel`, { method: 'POST', headers })).status).toBe(404);
  const other = await broadcaster.ask('/submit', { method: 'POST', body: { ...order, value: '2' }, headers });
  expect(other.status).toBe(202);
});

test.each([
  { ...order, to: '0x00000000000000000000000000000000000a11CE' },
  { ...order, value: 1 },
  { ...order, value: '1.5' },
  { ...order, value: '-1' },
  { ...order, data: '0x123' },
  { ...order, gas: '1' },
  { ...order, account: '../main' },
  { ...order, nonce: 3 },
  { to: somebody },
])('%j is no order', async (body) => {
  await broadcaster.restart(nowhere);
  expect(await broadcaster.submit(body)).toMatchObject({ error: { code: 'malformed' } });
});

test('an order without a key, for an account that is not there, or too large is refused', async () => {
  await broadcaster.restart(nowhere);
  expect((await broadcaster.ask('/submit', { method: 'POST', body: order })).status).toBe(400);
  expect(await broadcaster.submit({ ...order, account: 'nobody' })).toMatchObject({ error: { code: 'account' } });
  expect((await broadcaster.ask('/submit', { method: 'POST', body: { ...order, data: `0x${'00'.repeat(20_000)}` } })).status).toBe(413);
});

test('a payment that waits without a nonce is cancelled at once', async () => {
  await broadcaster.restart(nowhere);
  const { id } = await broadcaster.submit(order);
  expect(await (await broadcaster.ask(`/transactions/${id}/cancel`, { method: 'POST' })).json()).toMatchObject({
    state: 'cancelled',
    hashes: [],
  });
});

test('health says so when the database cannot be written', async () => {
  const ledger = openLedger(broadcaster.database, 'key-of-the-test-0123456789abcdef');
  ledger.database.exec("CREATE TRIGGER full BEFORE INSERT ON meta BEGIN SELECT RAISE(ABORT, 'the disk is full'); END");
  ledger.database.close();
  expect((await broadcaster.ask('/health')).status).toBe(503);
});

test('keys lie closed on the disk, and open only with the key they were made with', () => {
  const folder = makeTestFolder();
  const path = join(folder, 'ledger.sqlite');
  const key = generatePrivateKey();
  const ledger = openLedger(path, 'one key');
  makeAccounts(ledger, ['main'], 0);
  expect(importAccount(ledger, 'old', key, 0).address).toBe(privateKeyToAccount(key).address);
  expect(openAccount(ledger, 'old').address).toBe(privateKeyToAccount(key).address);
  expect(() => importAccount(ledger, 'old', generatePrivateKey(), 0)).toThrow(/already/);
  expect(() => importAccount(ledger, 'again', key, 0)).toThrow(/another name/);
  expect(() => importAccount(ledger, 'bad', `0x${'f'.repeat(64)}`, 0)).toThrow(/no private key/);
  expect(listAccounts(ledger).map(({ name }) => name)).toEqual(['main', 'old']);
  const files = readdirSync(dirname(path)).map((name) => readFileSync(join(folder, name)));
  expect(files.some((bytes) => bytes.includes(key.slice(2)) || bytes.includes(Buffer.from(key.slice(2), 'hex')))).toBe(false);
  ledger.database.exec("UPDATE account SET sealed = (SELECT sealed FROM account WHERE name = 'main') WHERE name = 'old'");
  expect(() => openAccount(ledger, 'old')).toThrow(/changed/);
  ledger.database.close();
  expect(() => openLedger(path, 'another key')).toThrow(/another key/);
  rmSync(folder, { recursive: true, force: true });
});
