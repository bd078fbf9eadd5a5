import { randomUUID } from 'node:crypto';
import { digestOf } from '../answer.ts';
import { estimateGas } from './gas.ts';
import { type ActiveLane, type Head, placeOf } from './lane.ts';
import type { Payment } from './payment.ts';
import { addPayment, endUnsigned, heldNonces, keepFirst, listPromises, listQueued, noteReason } from './payments.ts';
import { sound } from './rpcs.ts';
import { sendVariant, sign } from './send.ts';

/** Pools keep few transactions of one account (geth: 16 sure ones and 64 in all), so the rest waits here. */
const mostUnderWay = 48;

/** Between two looks at receipts. */
const mostAtOnce = 16;

/**
 * Gives nonces to payments that wait, from what the chain and its pools count and what is held here: a nonce that nobody has is given
 * before any later one. Each is checked, signed, stored and only then sent.
 */
export async function admit(lane: ActiveLane, head: Head, count: number, signal: AbortSignal): Promise<void> {
  const { ledger, rpcs, signer } = lane;
  const held = new Set(heldNonces(ledger, placeOf(lane), count));
  const queued = listQueued(ledger, placeOf(lane), Math.max(0, Math.min(mostAtOnce, mostUnderWay - held.size)));
  if (queued.length === 0 && held.size === 0) return;
  const { address } = signer;
  const pooled = await countPooled(lane, count);
  if (pooled === undefined) {
    for (const payment of queued)
      noteReason(ledger, payment, 'it waits, because the RPCs count more transactions than can be waiting', lane.now());
    return;
  }
  const balance = queued.length === 0 ? 0n : await rpcs.ask((client) => sound(client.getBalance({ address }), isAmount));
  for (const payment of queued) {
    signal.throwIfAborted();
    const nonce = freeNonce(held, Math.max(count, pooled));
    if (!(await start(lane, payment, head, { nonce, held, balance }))) return;
  }
  fillGap(lane, held, Math.max(count, pooled));
}

/**
 * How many the chain and its pools count, as at least half of the RPCs say. No answer that is far above the chain's own count is believed:
 * the nonces up to it would have to be filled one by one. Undefined where there is no other.
 */
async function countPooled({ rpcs, signer: { address } }: ActiveLane, count: number): Promise<number | undefined> {
  const counts = await rpcs.askEach((client) => sound(client.getTransactionCount({ address, blockTag: 'pending' }), Number.isSafeInteger));
  const sensible = counts.filter((pooled) => pooled <= count + 2 * mostUnderWay).toSorted((a, b) => a - b);
  return sensible[Math.floor((sensible.length - 1) / 2)];
}

function freeNonce(held: ReadonlySet<number>, from: number): number {
  let nonce = from;
  while (held.has(nonce)) nonce++;
  return nonce;
}

interface Means {
  readonly nonce: number;
  readonly held: Set<number>;
  /** In wei, when this round began. What went out since is still counted as promised. */
  readonly balance: bigint;
}

/** False where nobody else can be served either. */
async function start(lane: ActiveLane, payment: Payment, head: Head, { nonce, held, balance }: Means): Promise<boolean> {
  const { ledger, now } = lane;
  if (!head.first) {
    noteReason(ledger, payment, 'the base fee of the chain is too near to its cap, or above it: it waits until that falls', now());
    return false;
  }
  const estimate = payment.gas === undefined ? await estimateGas(lane, payment) : ({ kind: 'gas', gas: payment.gas } as const);
  if (estimate.kind === 'refused') return refuse(lane, payment, estimate.why);
  const { gas } = estimate;
  const lacking = whyTooDear(lane, payment.value + gas * head.first.maxFee, balance);
  if (lacking === 'later') {
    noteReason(ledger, payment, 'it waits until those before it are through, because the balance may not suffice for all', now());
    return false;
  }
  if (lacking === 'never') return refuse(lane, payment, 'the balance of the account does not cover the value and the fees');
  const variant = await sign(lane, { payment, purpose: 'pay', nonce, gas, ...head.first }, head);
  if (!keepFirst(ledger, payment.id, nonce, gas, variant)) return true;
  held.add(nonce);
  await sendVariant(lane, payment, variant);
  return true;
}

function refuse({ ledger, chain, metrics, now }: ActiveLane, { id }: Payment, reason: string): true {
  endUnsigned(ledger, id, 'refused', reason, now());
  metrics.ended(chain, 'refused');
  return true;
}

function isAmount(value: unknown): boolean {
  return typeof value === 'bigint';
}

/** Whether the balance covers this beside all that is under way; with anything under way the answer may change. */
function whyTooDear(lane: ActiveLane, cost: bigint, balance: bigint): 'never' | 'later' | undefined {
  const promises = listPromises(lane.ledger, placeOf(lane));
  const promised = promises.reduce((sum, promise) => sum + promise, 0n);
  if (cost + promised <= balance) return undefined;
  return promises.length > 0 ? 'later' : 'never';
}

/** Where a nonce before one of ours is free and nobody waits, a payment of nothing takes it, or the later ones would never be mined. */
function fillGap(lane: ActiveLane, held: ReadonlySet<number>, from: number): void {
  const { ledger, gaps, chain, account, signer, now } = lane;
  const nonce = freeNonce(held, from);
  const isGap = [...held].some((later) => later > nonce);
  const since = gaps.get(nonce) ?? now();
  gaps.clear();
  if (!isGap) return;
  gaps.set(nonce, since);
  if (now() - since < chain.stuckAfterMs) return;
  const order = { account, chain: chain.id, recipient: signer.address, value: 0n, data: '0x', gas: undefined } as const;
  addPayment(ledger, { client: '', key: `gap-${nonce}-${randomUUID()}`, digest: digestOf('gap') }, order, now());
  gaps.clear();
  lane.log.warn({ event: 'nonce.gap', account, chain: chain.id, nonce }, 'a nonce that nobody uses is filled with a payment of nothing');
}
