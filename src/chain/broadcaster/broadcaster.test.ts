import { encodeFunctionData, erc20Abi, parseEther } from 'viem';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type RunningBroadcaster, chainsFor, isSent, startBroadcaster } from '../testing/broadcaster.ts';
import { type LocalChain, startLocalChain } from '../testing/local-chain.ts';

const somebody = '0x00000000000000000000000000000000000A11cE';

let chain: LocalChain;
let broadcaster: RunningBroadcaster;

beforeEach(async () => {
  chain = await startLocalChain();
  broadcaster = startBroadcaster(chainsFor(chain.id, [chain.url]));
  await chain.fund(broadcaster.address, parseEther('10'));
});

afterEach(async () => {
  await broadcaster.remove();
  chain.close();
});

async function received(): Promise<bigint> {
  return chain.client.getBalance({ address: somebody });
}

test('a payment of coins arrives, and is confirmed once its block is deep enough', async () => {
  const { id, state } = await broadcaster.submit({ chain: chain.id, to: somebody, value: '1000' });
  expect(state).toBe('queued');
  const mined = await broadcaster.untilIs(id, (one) => one.state === 'mined');
  expect(mined).toMatchObject({ nonce: 0, block: { confirmations: 1 } });
  expect(await received()).toBe(1000n);
  await chain.rpc('hardhat_mine', '0x1');
  const confirmed = await broadcaster.untilIs(id, (one) => one.state === 'confirmed');
  const byHash = await broadcaster.ask(`/status/${confirmed.hash}?chain=${chain.id}`);
  expect(await byHash.json()).toMatchObject({ id, state: 'confirmed' });
  await expect.poll(async () => broadcaster.metrics(), { timeout: 15_000 }).toContain('payments{chain="local",state="confirmed"} 1');
  expect(await broadcaster.metrics()).toContain('payments{chain="local",state="mined"} 0');
});

test('a payment of a token arrives', async () => {
  await chain.fundToken(broadcaster.address, 500n);
  const data = encodeFunctionData({ abi: erc20Abi, functionName: 'transfer', args: [somebody, 300n] });
  const { id } = await broadcaster.submit({ chain: chain.id, to: chain.token, data });
  await broadcaster.untilIs(id, (one) => one.state === 'mined');
  const balance = await chain.client.readContract({ address: chain.token, abi: erc20Abi, functionName: 'balanceOf', args: [somebody] });
  expect(balance).toBe(300n);
});

test('what a contract refuses is never signed, and takes no nonce', async () => {
  const data = encodeFunctionData({ abi: erc20Abi, functionName: 'transfer', args: [somebody, 1n] });
  const refused = await broadcaster.submit({ chain: chain.id, to: chain.token, data });
  expect(await broadcaster.untilIs(refused.id, (one) => one.state === 'refused')).toMatchObject({
    reason: expect.stringContaining('too little'),
    hashes: [],
  });
  const next = await broadcaster.submit({ chain: chain.id, to: somebody, value: '1' });
  expect(await broadcaster.untilIs(next.id, (one) => one.state === 'mined')).toMatchObject({ nonce: 0 });
});

test('what a contract refuses in its block is told with the reason of the contract', async () => {
  await chain.fundToken(broadcaster.address, 5n);
  await chain.rpc('evm_setAutomine', false);
  const data = encodeFunctionData({ abi: erc20Abi, functionName: 'transfer', args: [somebody, 5n] });
  const first = await broadcaster.submit({ chain: chain.id, to: chain.token, data, gas: '100000' });
  const second = await broadcaster.submit({ chain: chain.id, to: chain.token, data, gas: '100000' });
  await broadcaster.untilIs(second.id, isSent);
  await chain.rpc('hardhat_mine', '0x3');
  expect(await broadcaster.untilIs(first.id, (one) => one.state === 'confirmed')).toBeDefined();
  expect(await broadcaster.untilIs(second.id, (one) => one.state === 'reverted')).toMatchObject({
    reason: expect.stringContaining('too little'),
  });
});

test('a token that answers false is not told as paid', async () => {
  const token = await chain.deploy('0x600580600b6000396000f360206000f3');
  const data = encodeFunctionData({ abi: erc20Abi, functionName: 'transfer', args: [somebody, 1n] });
  const { id } = await broadcaster.submit({ chain: chain.id, to: token, data });
  expect(await broadcaster.untilIs(id, (one) => one.state !== 'queued')).toMatchObject({ state: 'refused', hashes: [] });
});

test('a contract that works long is paid only with gas that was ordered, and one that works without end not at all', async () => {
  // JUMPDEST, KECCAK256 of 8 KiB, JUMP: 1200 times, and for ever.
  const long = await chain.deploy('0x601480600b6000396000f36104b05b61200060002050600190038060035700');
  const endless = await chain.deploy('0x600b80600b6000396000f35b61200060002050600056');
  for (const to of [long, endless]) {
    const { id } = await broadcaster.submit({ chain: chain.id, to, value: '1' });
    expect(await broadcaster.untilIs(id, (one) => one.state !== 'queued')).toMatchObject({
      state: 'refused',
      reason: expect.stringContaining('gas'),
      hashes: [],
    });
  }
  const { id } = await broadcaster.submit({ chain: chain.id, to: long, value: '1', gas: '3000000' });
  await broadcaster.untilIs(id, (one) => one.state === 'mined');
});

test('more than the account has is refused', async () => {
  const { id } = await broadcaster.submit({ chain: chain.id, to: somebody, value: String(parseEther('11')), gas: '21000' });
  expect(await broadcaster.untilIs(id, (one) => one.state === 'refused')).toMatchObject({ reason: expect.stringContaining('balance') });
});

test('fifty payments at once get fifty nonces in a row, and all arrive', async () => {
  const orders = Array.from({ length: 50 }, (_, i) => broadcaster.submit({ chain: chain.id, to: somebody, value: String(i + 1) }));
  const submitted = await Promise.all(orders);
  const mined = await Promise.all(submitted.map(async ({ id }) => broadcaster.untilIs(id, (one) => one.block !== undefined)));
  expect(mined.map(({ nonce = -1 }) => nonce).toSorted((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, i) => i));
  expect(await received()).toBe(1275n);
}, 60_000);

test('nonces go on from the chain and not from zero, and past those of another wallet', async () => {
  await chain.rpc('hardhat_setNonce', broadcaster.address, '0x29');
  const { id } = await broadcaster.submit({ chain: chain.id, to: somebody, value: '1' });
  expect(await broadcaster.untilIs(id, (one) => one.state === 'mined')).toMatchObject({ nonce: 41 });
});

test('the same key gives the same payment, and another payment under it is refused', async () => {
  const order = { chain: chain.id, to: somebody, value: '7' };
  const [one, two] = await Promise.all([broadcaster.submit(order, 'the-same-key'), broadcaster.submit(order, 'the-same-key')]);
  expect(two.id).toBe(one.id);
  const other = await broadcaster.submit({ ...order, value: '8' }, 'the-same-key');
  expect(other.error?.code).toBe('key');
  await broadcaster.untilIs(one.id, (payment) => payment.state === 'mined');
  expect(await received()).toBe(7n);
});

/** What is not mined by now counts as stuck. */
async function hurry(): Promise<void> {
  await broadcaster.restart(chainsFor(chain.id, [chain.url], { stuck_after_seconds: 0.3 }));
}

test('a payment that waits while blocks pass is replaced by a dearer one with the same nonce, and no other is touched', async () => {
  await hurry();
  await chain.rpc('evm_setAutomine', false);
  const first = await broadcaster.submit({ chain: chain.id, to: somebody, value: '1' });
  const second = await broadcaster.submit({ chain: chain.id, to: somebody, value: '2' });
  await broadcaster.untilIs(second.id, isSent);
  await chain.rpc('hardhat_setNextBlockBaseFeePerGas', '0xdf8475800');
  await chain.rpc('hardhat_mine', '0x1');
  const raised = await broadcaster.untilIs(first.id, (one) => one.hashes.length > 1);
  const [after, before] = raised.hashes;
  expect(BigInt(after?.maxFeePerGas ?? 0) * 8n).toBeGreaterThanOrEqual(BigInt(before?.maxFeePerGas ?? 0) * 9n);
  expect(BigInt(after?.maxPriorityFeePerGas ?? 0) * 8n).toBeGreaterThanOrEqual(BigInt(before?.maxPriorityFeePerGas ?? 0) * 9n);
  expect(await broadcaster.show(second.id)).toMatchObject({ nonce: 1, hashes: [expect.anything()] });
  await chain.rpc('hardhat_setNextBlockBaseFeePerGas', '0x1');
  await chain.rpc('hardhat_mine', '0x2');
  const mined = await Promise.all([first.id, second.id].map(async (id) => broadcaster.untilIs(id, (one) => one.block !== undefined)));
  expect(mined.map(({ nonce }) => nonce)).toEqual([0, 1]);
  expect(await received()).toBe(3n);
});

test('fees are never raised above the cap, and nothing is signed while the base fee is above it', async () => {
  await hurry();
  const mineAt = async (gwei: number): Promise<void> => {
    await chain.rpc('hardhat_setNextBlockBaseFeePerGas', `0x${(BigInt(gwei) * 10n ** 9n).toString(16)}`);
    await chain.rpc('hardhat_mine', '0x1');
  };
  await chain.rpc('evm_setAutomine', false);
  const { id } = await broadcaster.submit({ chain: chain.id, to: somebody, value: '1' });
  await broadcaster.untilIs(id, isSent);
  await mineAt(60);
  const raised = await broadcaster.untilIs(id, (one) => one.hashes.length === 2);
  expect(raised.hashes[0]?.maxFeePerGas).toBe('100000000000');
  await mineAt(120);
  const waiting = await broadcaster.untilIs(id, (one) => one.reason?.includes('cap') === true);
  expect(waiting.hashes.length).toBe(2);
  const later = await broadcaster.submit({ chain: chain.id, to: somebody, value: '2' });
  expect(await broadcaster.untilIs(later.id, (one) => one.reason !== undefined)).toMatchObject({ state: 'queued', hashes: [] });
});

test('a payment that is cancelled gives its nonce to nothing, and the others arrive', async () => {
  await chain.rpc('evm_setAutomine', false);
  const first = await broadcaster.submit({ chain: chain.id, to: somebody, value: '1' });
  const second = await broadcaster.submit({ chain: chain.id, to: somebody, value: '2' });
  await broadcaster.untilIs(second.id, isSent);
  expect((await broadcaster.ask(`/transactions/${first.id}/cancel`, { method: 'POST' })).status).toBe(202);
  await broadcaster.untilIs(first.id, (one) => one.hashes[0]?.purpose === 'cancel' && isSent(one));
  await chain.rpc('hardhat_mine', '0x3');
  await broadcaster.untilIs(first.id, (one) => one.state === 'cancelled');
  await broadcaster.untilIs(second.id, (one) => one.state === 'confirmed');
  expect(await received()).toBe(2n);
  expect((await broadcaster.ask(`/transactions/${second.id}/cancel`, { method: 'POST' })).status).toBe(409);
});

test('a payment that offers as much as the caps allow can be cancelled all the same', async () => {
  await broadcaster.restart(chainsFor(chain.id, [chain.url], { max_fee_gwei: '1.5', max_priority_fee_gwei: '0.5' }));
  await chain.rpc('evm_setAutomine', false);
  const { id } = await broadcaster.submit({ chain: chain.id, to: somebody, value: '1' });
  expect((await broadcaster.untilIs(id, isSent)).hashes).toMatchObject([{ maxFeePerGas: '1333333333', maxPriorityFeePerGas: '500000000' }]);
  await broadcaster.ask(`/transactions/${id}/cancel`, { method: 'POST' });
  await broadcaster.untilIs(id, (one) => one.hashes[0]?.purpose === 'cancel' && isSent(one));
  await chain.rpc('hardhat_mine', '0x3');
  await broadcaster.untilIs(id, (one) => one.state === 'cancelled');
});

test('after a reorganisation a payment is pending again, and arrives once', async () => {
  const before = await chain.rpc('evm_snapshot');
  const { id } = await broadcaster.submit({ chain: chain.id, to: somebody, value: '5' });
  await broadcaster.untilIs(id, (one) => one.state === 'mined');
  await chain.rpc('evm_setAutomine', false);
  await chain.rpc('evm_revert', before);
  expect(await received()).toBe(0n);
  expect(await broadcaster.untilIs(id, (one) => one.state === 'pending')).toMatchObject({ nonce: 0, hashes: [expect.anything()] });
  const mineAndLook = async (): Promise<string> => {
    await chain.rpc('hardhat_mine', '0x1');
    return (await broadcaster.show(id)).state;
  };
  await expect.poll(mineAndLook, { timeout: 15_000 }).toBe('confirmed');
  expect(await received()).toBe(5n);
  expect(await broadcaster.metrics()).toMatch(/evm_broadcaster_reorganisations_total\{chain="local"\} [1-9]/);
});

test('even a confirmed payment is sent again where the chain denies it', async () => {
  const before = await chain.rpc('evm_snapshot');
  const { id } = await broadcaster.submit({ chain: chain.id, to: somebody, value: '5' });
  await broadcaster.untilIs(id, (one) => one.state === 'mined');
  await chain.rpc('hardhat_mine', '0x2');
  await broadcaster.untilIs(id, (one) => one.state === 'confirmed');
  await chain.rpc('evm_revert', before);
  await chain.rpc('hardhat_mine', '0x9');
  await broadcaster.untilIs(id, (one) => one.state === 'mined');
  await chain.rpc('hardhat_mine', '0x3');
  await broadcaster.untilIs(id, (one) => one.state === 'confirmed');
  expect(await received()).toBe(5n);
});
