import { admit } from './admit.ts';
import type { ChainConfig } from './config.ts';
import { feesNow, firstFees } from './fees.ts';
import { follow } from './follow.ts';
import { type ActiveLane, type Head, placeOf } from './lane.ts';
import { listOpen } from './payments.ts';
import { type Rpcs, sound } from './rpcs.ts';
import { cancelOrRaise, resend } from './send.ts';

/** Reads the newest block. An RPC that knows no base fee is of no use: its transactions would have no cap to trust. */
export async function readHead(rpcs: Rpcs, chain: ChainConfig): Promise<Head> {
  const { number, baseFee } = await rpcs.ask(async (client) => {
    const block = await client.getBlock({ blockTag: 'latest' });
    if (typeof block.number !== 'bigint') throw new Error('it answers what makes no sense');
    if (typeof block.baseFeePerGas !== 'bigint') throw new Error('its blocks have no base fee (EIP-1559)');
    return { number: block.number, baseFee: block.baseFeePerGas };
  });
  const tip = await rpcs.ask((client) => sound(client.estimateMaxPriorityFeePerGas(), (fee) => typeof fee === 'bigint'));
  return { number, baseFee, first: firstFees(baseFee, tip, chain), fees: feesNow(baseFee, tip, chain) };
}

/**
 * Looks at everything that is under way and does what comes next: receipts, then what has to be sent once more or dearer, then new nonces.
 * It can end anywhere: what it had stored by then is where the next tick goes on.
 */
export async function tick(lane: ActiveLane, head: Head, signal: AbortSignal): Promise<void> {
  const { address } = lane.signer;
  // The least of all: an RPC that lags only delays, and one that counts too many alone cannot have a payment taken for lost.
  const counts = await lane.rpcs.askEach((client) => sound(client.getTransactionCount({ address }), Number.isSafeInteger));
  const count = Math.min(...counts);
  await follow(lane, head, count, signal);
  for (const payment of listOpen(lane.ledger, placeOf(lane))) {
    signal.throwIfAborted();
    if (payment.state !== 'pending' || payment.nonce === undefined || payment.nonce < count) continue;
    if (!(await cancelOrRaise(lane, payment, head, payment.nonce === count))) await resend(lane, payment);
  }
  await admit(lane, head, count, signal);
}
