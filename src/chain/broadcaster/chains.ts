import type { DeclaredChains } from '../../contracts/evm-payments.ts';
import { makeAccounts } from './accounts.ts';
import { chainsOf } from './config.ts';
import { createFollower, type Follower, type FollowerParts } from './follower.ts';

/** The declared chains while they are followed. */
export interface Chains {
  readonly followers: readonly Follower[];
  /** Settles when all have stopped, after the signal was aborted. */
  readonly ended: Promise<unknown>;
}

/** Makes the accounts that are missing and follows each chain until the signal is aborted. */
export function followChains(declared: DeclaredChains, parts: FollowerParts, signal: AbortSignal): Chains {
  makeAccounts(parts.ledger, declared.accounts, parts.now());
  const chains = chainsOf(declared);
  parts.metrics.begin(chains);
  const followers = chains.map((chain) => createFollower(chain, parts));
  return { followers, ended: Promise.all(followers.map(async (follower) => follower.run(signal))) };
}
