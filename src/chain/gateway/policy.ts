import * as z from 'zod';
import { addressField, amountField, chainField, nameField } from '../fields.ts';

const groupField = z.string().min(1).max(128);

const tokenSchema = z.strictObject({
  id: nameField,
  chain: chainField,
  /** Where its contract is (ERC-20); absent for the chain's own coin. */
  contract: addressField.optional(),
});

const allowanceSchema = z.strictObject({
  chain: chainField,
  token: nameField,
  /** In the token's smallest unit: limits need no price, because nobody who could lie about one is asked. */
  max_per_transfer: amountField,
  max_per_day: amountField,
  /** `book` is the person's own address book. */
  recipients: z.union([z.enum(['any', 'book']), z.array(addressField).min(1).max(1000)]),
});

const policySchema = z.strictObject({
  name: nameField,
  people: z.array(z.string().min(1).max(128)).default([]),
  groups: z.array(groupField).default([]),
  /** Account of the broadcaster that pays. */
  account: nameField.default('main'),
  /** With dry-run everything is decided and written down, and nothing is paid. */
  mode: z.enum(['live', 'dry-run']).default('live'),
  max_per_hour: z.number().int().min(1).max(10_000),
  /** How old an entry of the address book must be before it is paid to, so that a stolen token does not pay at once. */
  book_after_hours: z.number().min(0).max(8760).default(24),
  allow: z.array(allowanceSchema).min(1).max(1000),
});

/** What the owner says in policy.yaml. Whom no policy names may transfer nothing. */
export const policiesSchema = z
  .strictObject({
    tokens: z.array(tokenSchema).max(1000).default([]),
    policies: z.array(policySchema).max(1000).default([]),
    /** Groups that may stop everything and read what was decided. */
    admins: z.array(groupField).default(['admin']),
  })
  .superRefine(({ tokens, policies }, context) => {
    const known = tokens.map(({ chain, id }) => `${id} on ${chain}`);
    if (new Set(known).size < known.length) context.addIssue({ code: 'custom', path: ['tokens'], message: 'a token is named twice' });
    for (const { name, allow } of policies) {
      const named = allow.map(({ chain, token }) => `${token} on ${chain}`);
      const unknown = named.filter((one) => !known.includes(one));
      const message = unknown.length > 0 ? `${unknown.join(', ')}: no such token` : 'a token is allowed twice';
      if (unknown.length > 0 || new Set(named).size < named.length) context.addIssue({ code: 'custom', path: ['policies', name], message });
    }
  });

export type Policies = z.output<typeof policiesSchema>;
export type Policy = Policies['policies'][number];
export type Allowance = Policy['allow'][number];

/** Who asks, as the sign-on server says. */
export interface Person {
  /** What stands for the person whatever his name becomes. */
  readonly id: string;
  readonly name: string;
  readonly groups: readonly string[];
}

/** The first policy that names the person, else the first that names one of his groups. */
export function policyOf({ policies }: Policies, person: Person): Policy | undefined {
  return (
    policies.find(({ people }) => people.includes(person.name)) ??
    policies.find(({ groups }) => groups.some((group) => person.groups.includes(group)))
  );
}

export function isAdmin({ admins }: Policies, { groups }: Person): boolean {
  return groups.some((group) => admins.includes(group));
}
