import { type Hex, type PublicClient, type TransactionReceipt, TransactionReceiptNotFoundError } from 'viem';
import { type ActiveLane, type Head, placeOf } from './lane.ts';
import type { Payment, Variant } from './payment.ts';
import { listDenied, listOpen, listVariants, notePassed, setPlaced, setUnplaced } from './payments.ts';
import { RpcsAway, sound, wordsOf } from './rpcs.ts';

/**
 * Looks where each payment is whose nonce is used, and each that was in a block. `count` is how many transactions of the account are in
 * blocks. What was in a block and is not any more is pending again and sent once more.
 */
export async function follow(lane: ActiveLane, head: Head, count: number, signal: AbortSignal): Promise<void> {
  for (const payment of listOpen(lane.ledger, placeOf(lane))) {
    signal.throwIfAborted();
    const isUsed = payment.nonce !== undefined && payment.nonce < count;
    if (payment.state === 'mined' || isUsed) await look(lane, payment, head, isUsed);
    else if (payment.passedAt !== undefined) setUnplaced(lane.ledger, payment.id, 'pending', '', lane.now());
  }
  for (const payment of listDenied(lane.ledger, placeOf(lane), count, head.number)) {
    signal.throwIfAborted();
    await look(lane, payment, head, false);
  }
}

interface Found {
  readonly variant: Variant;
  readonly receipt: TransactionReceipt;
}

async function look(lane: ActiveLane, payment: Payment, head: Head, isUsed: boolean): Promise<void> {
  const found = await findReceipt(lane, payment);
  if (found) await place(lane, payment, found, head);
  else if (payment.state !== 'pending') unplace(lane, payment);
  else if (isUsed) await judgeLost(lane, payment, head);
}

/** Of all variants at most one is in a block, because they share a nonce. */
async function findReceipt({ ledger, rpcs }: ActiveLane, { id }: Payment): Promise<Found | undefined> {
  for (const variant of listVariants(ledger, id)) {
    const receipt = await rpcs.ask((client) => receiptOf(client, variant.hash));
    if (receipt) return { variant, receipt };
  }
  return undefined;
}

async function receiptOf(client: PublicClient, hash: Hex): Promise<TransactionReceipt | undefined> {
  try {
    return await sound(client.getTransactionReceipt({ hash }), (receipt) => isReceipt(receipt, hash));
  } catch (cause) {
    if (cause instanceof TransactionReceiptNotFoundError) return undefined;
    throw cause;
  }
}

function isReceipt({ transactionHash, blockNumber, blockHash, status }: TransactionReceipt, hash: Hex): boolean {
  return (
    transactionHash === hash && typeof blockNumber === 'bigint' && typeof blockHash === 'string' && /^(?:success|reverted)$/.test(status)
  );
}

async function place(lane: ActiveLane, payment: Payment, { variant, receipt }: Found, head: Head): Promise<void> {
  const { hash } = variant;
  const block = { number: receipt.blockNumber, hash: receipt.blockHash };
  const isNew = payment.block?.hash !== block.hash || payment.hash !== hash;
  if (isNew && payment.block) tellReorganised(lane, payment);
  const isDeep = head.number - block.number + 1n >= BigInt(lane.chain.confirmations);
  if (!isDeep || !(await isAgreed(lane, receipt))) {
    if (isNew || payment.state !== 'mined') setPlaced(lane.ledger, payment.id, 'mined', { hash, block }, { reason: '', now: lane.now() });
    return;
  }
  if (!isNew && payment.state !== 'mined') return;
  const state = variant.purpose === 'cancel' ? 'cancelled' : receipt.status === 'success' ? 'confirmed' : 'reverted';
  const reason = state === 'reverted' ? await whyReverted(lane, payment, block.number) : '';
  setPlaced(lane.ledger, payment.id, state, { hash, block }, { reason, now: lane.now() });
  lane.metrics.ended(lane.chain, state);
  lane.log.info({ event: 'payment.end', payment: payment.id, state, hash }, `a payment is ${state}`);
}

/** More RPCs than not see it in this block and with this outcome: one that lies or lags alone decides nothing. */
async function isAgreed({ rpcs }: ActiveLane, { transactionHash: hash, blockHash, status }: TransactionReceipt): Promise<boolean> {
  const receipts = await rpcs.askEach((client) => receiptOf(client, hash));
  const same = receipts.filter((receipt) => receipt?.blockHash === blockHash && receipt.status === status);
  return same.length * 2 > receipts.length;
}

function unplace(lane: ActiveLane, payment: Payment): void {
  tellReorganised(lane, payment);
  setUnplaced(lane.ledger, payment.id, 'pending', 'its block is no part of the chain any more', lane.now());
  const [newest] = listVariants(lane.ledger, payment.id);
  if (newest) lane.resendAtOnce.add(newest.hash);
}

function tellReorganised({ chain, log, metrics }: ActiveLane, { id, state }: Payment): void {
  metrics.reorganised(chain);
  log.warn({ event: 'reorganisation', payment: id, state, chain: chain.id }, 'a payment left its block');
}

/** The nonce is used and no receipt is ours: an RPC may lag, so it is lost only once that is as deep as a payment has to be. */
async function judgeLost(lane: ActiveLane, payment: Payment, head: Head): Promise<void> {
  const { ledger, rpcs, now } = lane;
  if (payment.passedAt === undefined) {
    notePassed(ledger, payment.id, head.number, now());
    return;
  }
  if (head.number - payment.passedAt < BigInt(lane.chain.confirmations)) return;
  for (const { hash } of listVariants(ledger, payment.id)) {
    const receipts = await rpcs.askEach((client) => receiptOf(client, hash));
    if (receipts.some((receipt) => receipt !== undefined)) return;
  }
  const reason = `nonce ${payment.nonce} was used by a transaction that was not signed here, so this one can never be paid; is the key used elsewhere?`;
  setUnplaced(ledger, payment.id, 'lost', reason, now());
  lane.metrics.ended(lane.chain, 'lost');
  lane.log.error({ event: 'payment.lost', payment: payment.id, account: payment.account, chain: lane.chain.id }, reason);
}

/** Asks for the same call after its block; the chain itself keeps no reason. */
async function whyReverted({ rpcs, signer }: ActiveLane, payment: Payment, blockNumber: bigint): Promise<string> {
  const { recipient: to, value, data } = payment;
  try {
    await rpcs.ask(
      (client) => client.call({ account: signer.address, to, value, data, blockNumber }),
      () => true,
    );
    return 'the contract refused it in its block';
  } catch (cause) {
    return cause instanceof RpcsAway ? 'the contract refused it in its block' : `the contract refused it: ${wordsOf(cause)}`;
  }
}
