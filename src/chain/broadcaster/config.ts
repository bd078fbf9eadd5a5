import { parseEther, parseGwei } from 'viem';
import * as z from 'zod';
import { parseUrl } from '../../kit/parse-url.ts';
import { chainField, nameField } from '../fields.ts';

const gwei = z
  .string()
  .regex(/^\d{1,9}(?:\.\d{1,9})?$/, 'is no amount of gwei: write it in quotes, as in "1.5"')
  .transform((text) => parseGwei(text))
  .refine((fee) => fee > 0n, 'must be more than nothing');

const rpcUrl = z.string().refine((text) => /^https?:$/.test(parseUrl(text)?.protocol ?? ''), 'is no address of http or https');

const chainSchema = z
  .strictObject({
    id: chainField,
    name: nameField,
    /** Asked in this order; what is sent goes to each. */
    rpcs: z.array(rpcUrl).min(1).max(5),
    /** Blocks, with its own, after which a transaction counts as final. */
    confirmations: z.number().int().min(1).max(64).default(12),
    /** The most that is ever paid for one unit of gas, and the most of it that a first transaction offers who makes the block. */
    max_fee_gwei: gwei,
    max_priority_fee_gwei: gwei.default(parseGwei('2')),
    /** How long the first transaction in line waits before its fees are raised. */
    stuck_after_seconds: z.number().min(0.2).max(86_400).default(90),
    poll_seconds: z.number().min(0.05).max(300).default(3),
    /** In whole coins; below it the account counts as low. */
    low_balance: z
      .string()
      .regex(/^\d{1,12}(?:\.\d{1,18})?$/, 'is no amount of coins: write it in quotes, as in "0.05"')
      .transform((text) => parseEther(text))
      .optional(),
  })
  .transform((chain) => ({
    id: chain.id,
    name: chain.name,
    rpcs: chain.rpcs,
    confirmations: chain.confirmations,
    maxFee: chain.max_fee_gwei,
    maxPriorityFee: chain.max_priority_fee_gwei,
    stuckAfterMs: chain.stuck_after_seconds * 1000,
    pollMs: chain.poll_seconds * 1000,
    lowBalance: chain.low_balance,
  }));

/** What the owner says in chains.yaml. No chain is asked for anything unless it stands here. */
export const chainsSchema = z
  .strictObject({
    /** Names of accounts; one that is not there yet is made. */
    accounts: z.array(nameField).max(32).default(['main']),
    chains: z.array(chainSchema).max(32).default([]),
  })
  .refine(({ chains }) => new Set(chains.map(({ id }) => id)).size === chains.length, 'two chains have the same id')
  .refine(({ chains }) => new Set(chains.map(({ name }) => name)).size === chains.length, 'two chains have the same name')
  .readonly();

export type ChainsConfig = z.output<typeof chainsSchema>;

/** One chain: fees in wei for a unit of gas, durations in milliseconds. */
export type ChainConfig = ChainsConfig['chains'][number];
