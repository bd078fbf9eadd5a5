import { parseEther, parseGwei } from 'viem';
import type { DeclaredChains } from '../../contracts/evm-payments.ts';

/** One chain: fees in wei for a unit of gas, durations in milliseconds. */
export interface ChainConfig {
  readonly id: number;
  readonly name: string;
  readonly rpcs: readonly string[];
  readonly confirmations: number;
  readonly maxFee: bigint;
  readonly maxPriorityFee: bigint;
  readonly stuckAfterMs: number;
  readonly pollMs: number;
  readonly lowBalance: bigint | undefined;
}

/** The declared chains in the units of the chain. */
export function chainsOf({ chains }: DeclaredChains): readonly ChainConfig[] {
  return Object.entries(chains).map(([name, chain]) => ({
    id: chain.id,
    name,
    rpcs: chain.rpcs,
    confirmations: chain.confirmations,
    maxFee: parseGwei(chain.max_fee_gwei),
    maxPriorityFee: parseGwei(chain.max_priority_fee_gwei),
    stuckAfterMs: chain.stuck_after_seconds * 1000,
    pollMs: chain.poll_seconds * 1000,
    lowBalance: chain.low_balance === undefined ? undefined : parseEther(chain.low_balance),
  }));
}
