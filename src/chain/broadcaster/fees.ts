import type { ChainConfig } from './config.ts';

/** Fees of EIP-1559, in wei for a unit of gas (https://eips.ethereum.org/EIPS/eip-1559). */
export interface Fees {
  readonly maxFee: bigint;
  readonly maxPriorityFee: bigint;
}

type Caps = Pick<ChainConfig, 'maxFee' | 'maxPriorityFee'>;

/** Fees that suffice while the base fee doubles, within the caps; undefined where even the present base fee is above them. */
export function feesNow(baseFee: bigint, tip: bigint, caps: Caps): Fees | undefined {
  if (baseFee + 1n > caps.maxFee) return undefined;
  const maxPriorityFee = least(most(tip, 1n), caps.maxPriorityFee, caps.maxFee);
  return { maxFee: least(baseFee * 2n + maxPriorityFee, caps.maxFee), maxPriorityFee };
}

/** The same for a new transaction, which leaves so much room under the cap that a dearer one can take its place. */
export function firstFees(baseFee: bigint, tip: bigint, caps: Caps): Fees | undefined {
  return feesNow(baseFee, tip, { ...caps, maxFee: (caps.maxFee * 8n) / 9n });
}

/**
 * Fees with which a transaction takes the place of one with the same nonce: both an eighth more at least, and what is asked now where that
 * is more. Pools want a tenth more of both (geth's `--txpool.pricebump`), some an eighth, so the cap of the tip is for first transactions
 * only: what is paid in all stays under the cap of both. Undefined where that one is in the way.
 */
export function raisedFees(before: Fees, now: Fees, { maxFee: cap }: Caps): Fees | undefined {
  const maxPriorityFee = raise(before.maxPriorityFee, now.maxPriorityFee, cap);
  const maxFee = raise(before.maxFee, now.maxFee, cap);
  if (maxFee === undefined || maxPriorityFee === undefined || maxPriorityFee > maxFee) return undefined;
  return { maxFee, maxPriorityFee };
}

function raise(before: bigint, now: bigint, cap: bigint): bigint | undefined {
  const enough = (before * 9n + 7n) / 8n;
  return enough > cap ? undefined : least(most(enough, now), cap);
}

function least(first: bigint, ...others: readonly bigint[]): bigint {
  return others.reduce((a, b) => (b < a ? b : a), first);
}

function most(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}
