import { parseEther } from 'viem';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type RunningBroadcaster, chainsFor, isSent, startBroadcaster } from '../testing/broadcaster.ts';
import { type LocalChain, rpcError, startLocalChain } from '../testing/local-chain.ts';

const somebody = '0x00000000000000000000000000000000000A11cE';

let chain: LocalChain;
let broadcaster: RunningBroadcaster | undefined;

beforeEach(async () => {
  chain = await startLocalChain();
});

afterEach(async () => {
  await broadcaster?.remove();
  broadcaster = undefined;
  chain.close();
});

async function start(rpcs: readonly string[] = [chain.url], more: object = {}): Promise<RunningBroadcaster> {
  broadcaster = startBroadcaster(chainsFor(chain.id, rpcs, more), undefined, 300);
  await chain.fund(broadcaster.address, parseEther('10'));
  return broadcaster;
}

async function received(): Promise<bigint> {
  return chain.client.getBalance({ address: somebody });
}

async function payOne(running: RunningBroadcaster): Promise<string> {
  return (await running.submit({ chain: chain.id, to: somebody, value: '9' })).id;
}

async function healthOf(running: RunningBroadcaster): Promise<readonly unknown[]> {
  const answer = await running.ask('/health');
  const { status } = (await answer.json()) as { readonly status: string };
  return [answer.status, status];
}

test.each(['already known', 'nonce too low', 'replacement transaction underpriced', 'txpool is full', 'internal error'])(
  'an RPC that says "%s" although it took the transaction does not double it',
  async (words) => {
    const running = await start();
    chain.intercept(async ({ method }, proceed) => {
      const answer = await proceed();
      return method === 'eth_sendRawTransaction' ? rpcError(-32_000, words) : answer;
    });
    const id = await payOne(running);
    expect(await running.untilIs(id, (one) => one.block !== undefined)).toMatchObject({ nonce: 0 });
    expect(await received()).toBe(9n);
  },
);

test('an RPC that refuses a while gets the same bytes again, and the nonce is not skipped', async () => {
  const running = await start();
  let refusals = 0;
  const seen = new Set<unknown>();
  chain.intercept(async ({ method, params }, proceed) => {
    if (method !== 'eth_sendRawTransaction') return proceed();
    seen.add(params?.[0]);
    return refusals++ < 3 ? rpcError(-32_000, 'txpool is full') : proceed();
  });
  const ids = [await payOne(running), await payOne(running)];
  const mined = await Promise.all(ids.map(async (id) => running.untilIs(id, (one) => one.block !== undefined)));
  expect(mined.map(({ nonce }) => nonce)).toEqual([0, 1]);
  expect(refusals).toBeGreaterThan(3);
  expect(seen.size).toBe(2);
});

test('while the RPC is away health says so, without calling the daemon ill, and payments wait; then they go on', async () => {
  const running = await start();
  chain.intercept(async () => 'cut');
  const id = await payOne(running);
  await expect.poll(async () => healthOf(running), { timeout: 15_000 }).toEqual([200, 'a chain cannot be followed']);
  expect(await running.show(id)).toMatchObject({ state: 'queued' });
  await expect.poll(async () => running.metrics(), { timeout: 15_000 }).toContain('evm_broadcaster_chain_up{chain="local"} 0');
  chain.intercept(undefined);
  await running.untilIs(id, (one) => one.block !== undefined);
  await expect.poll(async () => healthOf(running)).toEqual([200, 'ok']);
});

test('an RPC that hangs, one of another chain and one of nonsense are passed over', async () => {
  const hangs = await chain.listen(async () => new Promise(() => undefined));
  const other = await chain.listen(async ({ method }, proceed) => (method === 'eth_chainId' ? { result: '0x1' } : proceed()));
  const nonsense = await chain.listen(async ({ method }, proceed) => (method === 'eth_chainId' ? proceed() : { result: { not: 'this' } }));
  const running = await start([hangs, other, nonsense, chain.url]);
  const id = await payOne(running);
  await running.untilIs(id, (one) => one.block !== undefined);
  const states = async (): Promise<readonly string[] | undefined> => {
    const { chains } = (await (await running.ask('/chains')).json()) as { chains: { rpcs: { state: string }[] }[] };
    return chains[0]?.rpcs.map(({ state }) => state);
  };
  await expect.poll(states).toMatchObject(['away', 'wrong chain', expect.any(String), 'usable']);
});

test('an RPC of another chain alone is never used', async () => {
  const running = await start([
    await chain.listen(async ({ method }, proceed) => (method === 'eth_chainId' ? { result: '0x1' } : proceed())),
  ]);
  const id = await payOne(running);
  await expect.poll(async () => healthOf(running), { timeout: 15_000 }).toEqual([200, 'a chain cannot be followed']);
  expect(await running.show(id)).toMatchObject({ state: 'queued', hashes: [] });
});

test.each([
  ['makes up a block', { blockHash: `0x${'ab'.repeat(32)}` }],
  ['makes up a failure', { status: '0x0' }],
])('one RPC of three that %s does not end a payment', async (_, lie) => {
  const liar = await chain.listen(async ({ method }, proceed) => {
    const answer = await proceed();
    if (method !== 'eth_getTransactionReceipt') return answer;
    const { result } = answer as { result: object | null };
    return { result: result && { ...result, ...lie } };
  });
  const running = await start([liar, chain.url, await chain.listen()]);
  const id = await payOne(running);
  await running.untilIs(id, (one) => one.state === 'mined');
  await mineAndSee(running, 5);
  expect(await running.show(id)).toMatchObject({ state: 'mined' });
});

/** Makes blocks one by one; when it returns, everything was looked at with all of them but the last. */
async function mineAndSee(running: RunningBroadcaster, blocks: number): Promise<void> {
  for (let i = 0; i < blocks; i++) {
    await chain.rpc('hardhat_mine', '0x1');
    const head = Number(await chain.rpc('eth_blockNumber'));
    await expect.poll(async () => (await running.ask('/chains')).json(), { timeout: 15_000 }).toMatchObject({ chains: [{ head }] });
  }
}

test('one RPC that counts too many transactions has no payment taken for lost', async () => {
  const liar = await chain.listen(async ({ method, params }, proceed) =>
    method === 'eth_getTransactionCount' && params?.[1] === 'latest' ? { result: '0x5' } : proceed(),
  );
  const running = await start([liar, chain.url]);
  await chain.rpc('evm_setAutomine', false);
  const id = await payOne(running);
  await running.untilIs(id, isSent);
  await chain.rpc('hardhat_setNextBlockBaseFeePerGas', `0x${(10n ** 12n).toString(16)}`);
  await mineAndSee(running, 6);
  expect(await running.show(id)).toMatchObject({ state: 'pending' });
  await chain.rpc('hardhat_setNextBlockBaseFeePerGas', '0x1');
  await chain.rpc('hardhat_mine', '0x3');
  await running.untilIs(id, (one) => one.state === 'confirmed');
  expect(await received()).toBe(9n);
});

test('a count of pools that cannot be is not believed', async () => {
  const liar = await chain.listen(async ({ method, params }, proceed) =>
    method === 'eth_getTransactionCount' && params?.[1] === 'pending' ? { result: '0xf4240' } : proceed(),
  );
  const running = await start([liar]);
  const id = await payOne(running);
  const waiting = await running.untilIs(id, (one) => one.reason !== undefined || one.state !== 'queued');
  expect(waiting).toMatchObject({ state: 'queued', hashes: [], reason: expect.stringContaining('count more') });
  await running.restart(chainsFor(chain.id, [liar, chain.url]));
  expect(await running.untilIs(id, (one) => one.block !== undefined)).toMatchObject({ nonce: 0 });
});

test('an estimate below what any transaction takes is not believed', async () => {
  const liar = await chain.listen(async ({ method }, proceed) => (method === 'eth_estimateGas' ? { result: '0x1' } : proceed()));
  const running = await start([liar, chain.url]);
  const id = await payOne(running);
  expect(await running.untilIs(id, (one) => one.block !== undefined)).toMatchObject({ nonce: 0 });
});

test('what only uses a nonce up gets the gas that the chain wants for it', async () => {
  const running = await start([chain.url], { stuck_after_seconds: 0.3 });
  let isForeign = true;
  chain.intercept(async ({ method, params }, proceed) => {
    if (method === 'eth_estimateGas') return { result: '0xc350' };
    return isForeign && method === 'eth_getTransactionCount' && params?.[1] === 'pending' ? { result: '0x1' } : proceed();
  });
  await chain.rpc('evm_setAutomine', false);
  const late = await payOne(running);
  await running.untilIs(late, isSent);
  await running.ask(`/transactions/${late}/cancel`, { method: 'POST' });
  await running.untilIs(late, (one) => one.hashes[0]?.purpose === 'cancel' && isSent(one));
  isForeign = false;
  await expect.poll(async () => chain.rpc('eth_getTransactionCount', running.address, 'pending'), { timeout: 15_000 }).toBe('0x2');
  await chain.rpc('hardhat_mine', '0x1');
  const { transactions } = await chain.rpc<{ transactions: unknown }>('eth_getBlockByNumber', 'latest', true);
  expect(transactions).toMatchObject([
    { nonce: '0x0', gas: '0xea60', to: running.address.toLowerCase() },
    { nonce: '0x1', gas: '0xea60', to: running.address.toLowerCase() },
  ]);
});

test('a nonce that was used elsewhere is told of once that is final, and later payments go on', async () => {
  const running = await start();
  let isHeld = true;
  chain.intercept(async ({ method }, proceed) =>
    method === 'eth_sendRawTransaction' && isHeld ? rpcError(-32_000, 'txpool is full') : proceed(),
  );
  const id = await payOne(running);
  await running.untilIs(id, (one) => one.state === 'pending');
  await chain.rpc('hardhat_impersonateAccount', running.address);
  await chain.rpc('eth_sendTransaction', { from: running.address, to: somebody, value: '0x1' });
  isHeld = false;
  // How many blocks have passed counts from the moment at which it saw the nonce used, so they go on until it has seen enough.
  const mineOne = async (): Promise<string> => {
    await chain.rpc('hardhat_mine', '0x1');
    return (await running.show(id)).state;
  };
  await expect.poll(mineOne, { timeout: 15_000 }).toBe('lost');
  expect(await running.show(id)).toMatchObject({ nonce: 0 });
  const next = await payOne(running);
  expect(await running.untilIs(next, (one) => one.block !== undefined)).toMatchObject({ nonce: 1 });
});

test('a gap that a foreign transaction left is given to the next payment', async () => {
  const running = await start();
  let pending = '0x1';
  chain.intercept(async ({ method, params }, proceed) =>
    method === 'eth_getTransactionCount' && params?.[1] === 'pending' ? { result: pending } : proceed(),
  );
  await chain.rpc('evm_setAutomine', false);
  const late = await payOne(running);
  expect(await running.untilIs(late, isSent)).toMatchObject({ nonce: 1 });
  pending = '0x0';
  const next = await payOne(running);
  expect(await running.untilIs(next, isSent)).toMatchObject({ nonce: 0 });
  await chain.rpc('hardhat_mine', '0x2');
  await Promise.all([late, next].map(async (id) => running.untilIs(id, (one) => one.block !== undefined)));
  expect(await received()).toBe(18n);
});

test('a gap that nobody takes is filled with nothing, so that later payments arrive', async () => {
  const running = await start([chain.url], { stuck_after_seconds: 0.3 });
  let isForeign = true;
  chain.intercept(async ({ method, params }, proceed) =>
    isForeign && method === 'eth_getTransactionCount' && params?.[1] === 'pending' ? { result: '0x1' } : proceed(),
  );
  await chain.rpc('evm_setAutomine', false);
  const late = await payOne(running);
  await running.untilIs(late, isSent);
  isForeign = false;
  await expect.poll(async () => chain.rpc('eth_getTransactionCount', running.address, 'pending'), { timeout: 15_000 }).toBe('0x2');
  await chain.rpc('hardhat_mine', '0x1');
  expect(await running.untilIs(late, (one) => one.block !== undefined)).toMatchObject({ nonce: 1 });
  expect(await received()).toBe(9n);
});
