import type { Connection } from '../../kit/sqlite.ts';
import type { ChainSight, Follower } from './follower.ts';
import type { Payment } from './payment.ts';
import { listVariants } from './payments.ts';

/** A payment as its client sees it. The signed bytes are not shown: who has them can send them. */
export function viewPayment(connection: Connection, payment: Payment, sight: ChainSight | undefined): object {
  const variants = listVariants(connection, payment.id);
  const { id, chain, account, recipient, value, data, state, nonce, hash, block, reason, createdAt, updatedAt } = payment;
  return {
    id,
    chain,
    account,
    to: recipient,
    value: String(value),
    data,
    state,
    ...(nonce === undefined ? {} : { nonce }),
    ...((hash ?? variants[0]) ? { hash: hash ?? variants[0]?.hash } : {}),
    hashes: variants.map((one) => ({
      hash: one.hash,
      purpose: one.purpose,
      maxFeePerGas: String(one.maxFee),
      maxPriorityFeePerGas: String(one.maxPriorityFee),
      accepted: one.isAccepted,
    })),
    ...(block ? { block: { number: Number(block.number), hash: block.hash, ...depthOf(block.number, sight) } } : {}),
    ...(reason === '' ? {} : { reason }),
    createdAt: new Date(createdAt).toISOString(),
    updatedAt: new Date(updatedAt).toISOString(),
  };
}

function depthOf(number: bigint, sight: ChainSight | undefined): object {
  return sight?.kind === 'seen' && sight.head >= number ? { confirmations: Number(sight.head - number) + 1 } : {};
}

/** A chain as everybody may see it: hosts of its RPCs, never their whole addresses. */
export function viewChain({ chain, rpcs, sight }: Follower): object {
  const seen = sight();
  return {
    id: chain.id,
    name: chain.name,
    state: seen.kind === 'seen' ? 'followed' : seen.kind,
    ...(seen.kind === 'seen' ? { head: Number(seen.head), baseFee: String(seen.baseFee) } : {}),
    ...(seen.kind === 'away' ? { why: seen.why } : {}),
    confirmations: chain.confirmations,
    maxFeePerGas: String(chain.maxFee),
    maxPriorityFeePerGas: String(chain.maxPriorityFee),
    rpcs: rpcs.states(),
  };
}
