import type { Address, Hex } from 'viem';
import * as z from 'zod';
import type { Fees } from './fees.ts';

export const paymentStates = ['queued', 'pending', 'mined', 'confirmed', 'reverted', 'cancelled', 'refused', 'lost'] as const;

/**
 * How far a payment is. `queued` has no nonce yet; `pending` is signed and stored, and is sent until its nonce is used; `mined` is in a
 * block that is not deep enough. The others are ends: `confirmed` paid, `reverted` failed in its block, `cancelled` gave its nonce to a
 * payment of nothing, `refused` was never signed, `lost` found its nonce used by a transaction that was signed elsewhere.
 */
export type PaymentState = (typeof paymentStates)[number];

/** What somebody wants sent from an account. */
export interface Order {
  readonly account: string;
  readonly chain: number;
  readonly recipient: Address;
  readonly value: bigint;
  readonly data: Hex;
  readonly gas: bigint | undefined;
}

export interface Payment extends Order {
  readonly id: string;
  /** Who ordered it; empty for what fills a gap between nonces. */
  readonly client: string;
  readonly digest: string;
  readonly state: PaymentState;
  readonly nonce: number | undefined;
  readonly reason: string;
  /** The variant that is in a block, and that block. */
  readonly hash: Hex | undefined;
  readonly block: { readonly number: bigint; readonly hash: Hex } | undefined;
  /** The head at which its nonce was first seen used, with no receipt of ours. */
  readonly passedAt: bigint | undefined;
  readonly isCancelAsked: boolean;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** One signed transaction of a payment. All of one payment have the same nonce, so at most one is ever in a block. */
export interface Variant extends Fees {
  readonly hash: Hex;
  readonly purpose: 'pay' | 'cancel';
  readonly raw: Hex;
  /** Number of the newest block when it was signed. */
  readonly head: bigint;
  readonly signedAt: number;
  readonly sentAt: number | undefined;
  /** Whether an RPC took it at the last sending. */
  readonly isAccepted: boolean;
}

const hex = z.string().startsWith('0x') as unknown as z.ZodType<Hex>;
const amount = z.string().transform(BigInt);
const block = z.number().transform(BigInt);

export const paymentRow = z
  .object({
    id: z.string(),
    client: z.string(),
    digest: z.string(),
    account: z.string(),
    chain: z.number(),
    recipient: hex,
    value: amount,
    data: hex,
    gas: amount.nullable(),
    state: z.enum(paymentStates),
    nonce: z.number().nullable(),
    reason: z.string(),
    hash: hex.nullable(),
    block_number: block.nullable(),
    block_hash: hex.nullable(),
    passed_at: block.nullable(),
    cancel_asked: z.number(),
    created_at: z.number(),
    updated_at: z.number(),
  })
  .transform(
    (row): Payment => ({
      id: row.id,
      client: row.client,
      digest: row.digest,
      account: row.account,
      chain: row.chain,
      recipient: row.recipient,
      value: row.value,
      data: row.data,
      gas: row.gas ?? undefined,
      state: row.state,
      nonce: row.nonce ?? undefined,
      reason: row.reason,
      hash: row.hash ?? undefined,
      block: row.block_number === null || row.block_hash === null ? undefined : { number: row.block_number, hash: row.block_hash },
      passedAt: row.passed_at ?? undefined,
      isCancelAsked: row.cancel_asked === 1,
      createdAt: row.created_at,
      updatedAt: row.updated_at,
    }),
  );

export const variantRow = z
  .object({
    hash: hex,
    purpose: z.enum(['pay', 'cancel']),
    raw: hex,
    max_fee: amount,
    max_priority_fee: amount,
    head: block,
    signed_at: z.number(),
    sent_at: z.number().nullable(),
    accepted: z.number(),
  })
  .transform(
    (row): Variant => ({
      hash: row.hash,
      purpose: row.purpose,
      raw: row.raw,
      maxFee: row.max_fee,
      maxPriorityFee: row.max_priority_fee,
      head: row.head,
      signedAt: row.signed_at,
      sentAt: row.sent_at ?? undefined,
      isAccepted: row.accepted === 1,
    }),
  );
