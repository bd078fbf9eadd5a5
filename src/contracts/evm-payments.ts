import * as z from 'zod';
import { addressField, amountText, chainIdField, nameField } from './evm-fields.ts';

const gwei = z
  .string()
  .regex(/^\d{1,9}(?:\.\d{1,9})?$/, 'is no amount of gwei: write it in quotes, as in "1.5"')
  .refine((text) => /[1-9]/.test(text), 'must be more than nothing');

/** The host stands in logs and answers, so no secret can be named in it. */
const rpc = z
  .string()
  .max(2000)
  .regex(/^https?:\/\/[A-Za-z0-9._:[\]-]+(?:[/?][^\s{}]*(?:\{[a-z0-9][a-z0-9-]{0,31}\}[^\s{}]*)*)?$/, 'is no address of http or https')
  .refine((text) => URL.canParse(text), 'is no address of http or https');

const chain = z.strictObject({
  id: chainIdField.describe('Its number (EIP-155), such as 8453 for Base.'),
  rpcs: z
    .array(rpc)
    .min(1)
    .max(5)
    .describe('Asked in this order; what is sent goes to each. `{name}` in one stands for the secret payments.<name>.'),
  max_fee_gwei: gwei.describe('The most that is ever paid for a unit of gas, in quotes.'),
  max_priority_fee_gwei: gwei.default('2').describe('The most of it that a first offer gives who makes the block; 2 where absent.'),
  confirmations: z
    .number()
    .int()
    .min(1)
    .max(64)
    .default(12)
    .describe('Blocks, with its own, after which a payment is final; 12 where absent.'),
  stuck_after_seconds: z
    .number()
    .min(0.2)
    .max(86_400)
    .default(90)
    .describe('How long the first payment in line waits before its fees are raised; 90 where absent.'),
  poll_seconds: z.number().min(0.05).max(300).default(3).describe('Between two looks at the chain; 3 where absent.'),
  low_balance: z
    .string()
    .regex(/^\d{1,12}(?:\.\d{1,18})?$/, 'is no amount of coins: write it in quotes, as in "0.05"')
    .exactOptional()
    .describe('In whole coins, in quotes; below it an alert rings.'),
});

const token = z.strictObject({
  id: nameField.describe('How requests and policies call it.'),
  chain: chainIdField.describe('Number of the chain on which it is.'),
  contract: addressField.exactOptional().describe('Where its contract is (ERC-20); absent for the chain’s own coin.'),
});

const allowance = z.strictObject({
  chain: chainIdField.describe('Number of a chain.'),
  token: nameField.describe('Id of a token on that chain.'),
  max_per_transfer: amountText.describe('In the token’s smallest unit, in quotes.'),
  max_per_day: amountText.describe('For each person, in the token’s smallest unit, in quotes.'),
  recipients: z
    .union([z.enum(['any', 'book']), z.array(addressField).min(1).max(1000)])
    .describe('Who may be paid: any, the person’s own address book, or a list of addresses.'),
});

const who = z.string().min(1).max(128);

const policy = z.strictObject({
  name: nameField.describe('Stands in every decision.'),
  people: z.array(who).default([]).describe('Sign-in names.'),
  groups: z.array(who).default([]).describe('Groups, each exactly: a tier stands for no other here.'),
  account: nameField.default('main').describe('Account that pays; main where absent.'),
  mode: z.enum(['live', 'dry-run']).default('live').describe('With dry-run all is decided and written down, and nothing is paid.'),
  max_per_hour: z.number().int().min(1).max(10_000).describe('Transfers within an hour, for each person.'),
  book_after_hours: z
    .number()
    .min(0)
    .max(8760)
    .default(24)
    .describe('How old an entry of the address book must be before it is paid to; 24 where absent.'),
  allow: z.array(allowance).min(1).max(1000).describe('What may be transferred.'),
});

/** What the broadcaster is told: the part of `payments` that says how to pay. */
export const chainsSchema = z.strictObject({
  accounts: z
    .array(nameField)
    .max(32)
    .default(['main'])
    .describe('Accounts that pay; one that is not there yet is made. main where absent.'),
  chains: z.record(nameField, chain).default({}).describe('Chains that are followed, by a name of the owner’s.'),
});

/** What the gateway is told: the part of `payments` that says who may have what paid. */
export const policiesSchema = z.strictObject({
  tokens: z.array(token).max(1000).default([]).describe('What can be transferred.'),
  policies: z
    .array(policy)
    .max(1000)
    .default([])
    .describe('Who may transfer how much; the first that names a person holds, then the first with a group.'),
  admins: z.array(who).default(['admin']).describe('Groups that may stop everything and read what was decided; admin where absent.'),
});

/** `payments` in cluster.yaml. What it names elsewhere in it is for the rules to look up. */
export const paymentsSchema = z.strictObject({ ...chainsSchema.shape, ...policiesSchema.shape });

export type Payments = z.output<typeof paymentsSchema>;
export type DeclaredChains = z.output<typeof chainsSchema>;
export type DeclaredPolicies = z.output<typeof policiesSchema>;
