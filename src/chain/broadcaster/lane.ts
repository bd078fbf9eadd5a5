import type { LocalAccount } from 'viem';
import type { Log } from '../../kit/log.ts';
import type { ChainConfig } from './config.ts';
import type { Ledger } from './database.ts';
import type { Fees } from './fees.ts';
import type { BroadcasterMetrics } from './metrics.ts';
import type { Rpcs } from './rpcs.ts';

/** One account on one chain, and all that its payments need. One tick at a time, so its nonces are given in one place. */
export interface ActiveLane {
  readonly account: string;
  readonly signer: LocalAccount;
  readonly chain: ChainConfig;
  readonly ledger: Ledger;
  readonly rpcs: Rpcs;
  readonly metrics: BroadcasterMetrics;
  readonly log: Log;
  readonly now: () => number;
  /** Nonces that nobody has, with the time at which each was first seen so. */
  readonly gaps: Map<number, number>;
  /** Hashes that left their block and are to be sent without a pause. */
  readonly resendAtOnce: Set<string>;
}

/** The newest block, and what a transaction should offer now, a new one and one that replaces another; nothing above the cap. */
export interface Head {
  readonly number: bigint;
  readonly baseFee: bigint;
  readonly first: Fees | undefined;
  readonly fees: Fees | undefined;
}

/** How the database names a lane. */
export function placeOf({ account, chain }: ActiveLane): { readonly account: string; readonly chain: number } {
  return { account, chain: chain.id };
}
