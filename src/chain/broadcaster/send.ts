import { keccak256 } from 'viem';
import { type Fees, raisedFees } from './fees.ts';
import { estimateGas } from './gas.ts';
import type { ActiveLane, Head } from './lane.ts';
import type { Payment, Variant } from './payment.ts';
import { keepNext, listVariants, noteReason, noteSent } from './payments.ts';

interface Wording extends Fees {
  readonly payment: Payment;
  readonly purpose: Variant['purpose'];
  readonly nonce: number;
  readonly gas: bigint;
}

/** The signed transaction. Nothing of it is stored or sent here. */
export async function sign({ signer, chain, now }: ActiveLane, wording: Wording, head: Head): Promise<Variant> {
  const { payment, purpose, nonce, gas, maxFee, maxPriorityFee } = wording;
  const isPaid = purpose === 'pay';
  const raw = await signer.signTransaction({
    type: 'eip1559',
    chainId: chain.id,
    nonce,
    gas,
    maxFeePerGas: maxFee,
    maxPriorityFeePerGas: maxPriorityFee,
    to: isPaid ? payment.recipient : signer.address,
    value: isPaid ? payment.value : 0n,
    data: isPaid ? payment.data : '0x',
  });
  const signedAt = now();
  return { hash: keccak256(raw), purpose, raw, maxFee, maxPriorityFee, head: head.number, signedAt, sentAt: undefined, isAccepted: false };
}

/** Sends stored bytes to every RPC. What they say is noted, and decides nothing: the chain does. */
export async function sendVariant(
  { ledger, rpcs, chain, metrics, now }: ActiveLane,
  payment: Payment,
  { hash, raw }: Variant,
): Promise<void> {
  const outcomes = await rpcs.send(raw);
  const isAccepted = outcomes.some(({ kind }) => kind === 'accepted');
  const refused = outcomes.find((outcome) => outcome.kind === 'refused');
  noteSent(ledger, payment, hash, isAccepted ? undefined : (refused?.words ?? 'no RPC of the chain answers'), now());
  metrics.sent(chain, isAccepted ? 'accepted' : refused ? 'refused' : 'away');
}

/** Sends the newest bytes of a payment again where nobody took them, or so long ago that a pool may have dropped them. */
export async function resend(lane: ActiveLane, payment: Payment): Promise<void> {
  const [newest] = listVariants(lane.ledger, payment.id);
  if (!newest) return;
  const { stuckAfterMs, pollMs } = lane.chain;
  const pauseMs = newest.isAccepted ? stuckAfterMs : Math.min(stuckAfterMs, pollMs * 3);
  const isDue = newest.sentAt === undefined || lane.now() - newest.sentAt >= pauseMs;
  if (isDue || lane.resendAtOnce.delete(newest.hash)) await sendVariant(lane, payment, newest);
}

/**
 * Replaces a payment's newest transaction by a dearer one with the same nonce: where it was to be cancelled by one of nothing, and where it
 * has waited too long as the first in line, while blocks were made, by one of the same. False where there is no cause to, or a cap is in the
 * way.
 */
export async function cancelOrRaise(lane: ActiveLane, payment: Payment, head: Head, isFirst: boolean): Promise<boolean> {
  const [newest] = listVariants(lane.ledger, payment.id);
  if (!newest || payment.nonce === undefined) return false;
  const purpose = payment.isCancelAsked ? 'cancel' : 'pay';
  const isStuck = isFirst && lane.now() - newest.signedAt >= lane.chain.stuckAfterMs && head.number > newest.head;
  if (!isStuck && purpose === newest.purpose) return false;
  // Above the cap of the chain no transaction would be taken, however much dearer than its forerunner.
  const fees = head.fees && raisedFees(newest, head.fees, lane.chain);
  if (!fees) {
    noteReason(lane.ledger, payment, 'it waits, and its fees cannot be raised above the cap of the chain', lane.now());
    return false;
  }
  const estimate = await gasFor(lane, payment, purpose);
  if (estimate.kind === 'refused') {
    noteReason(lane.ledger, payment, estimate.why, lane.now());
    return false;
  }
  const variant = await sign(lane, { payment, purpose, nonce: payment.nonce, gas: estimate.gas, ...fees }, head);
  keepNext(lane.ledger, payment.id, variant);
  lane.metrics.replaced(lane.chain, purpose);
  lane.log.info(
    { event: 'payment.replace', payment: payment.id, purpose, hash: variant.hash },
    'a transaction was replaced by a dearer one',
  );
  await sendVariant(lane, payment, variant);
  return true;
}

/** A payment of nothing to oneself takes more than 21000 on chains that count in what they pay elsewhere (Arbitrum). */
async function gasFor(lane: ActiveLane, { gas, ...payment }: Payment, purpose: Variant['purpose']): ReturnType<typeof estimateGas> {
  if (purpose === 'cancel') return estimateGas(lane, { recipient: lane.signer.address, value: 0n, data: '0x' });
  return gas === undefined ? estimateGas(lane, payment) : { kind: 'gas', gas };
}
