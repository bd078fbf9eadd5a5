import { randomUUID } from 'node:crypto';
import { type Address, isAddress, zeroAddress } from 'viem';
import * as z from 'zod';
import { addressField, chainIdField, nameField } from '../../contracts/evm-fields.ts';
import { type Connection, findRow, inTransaction } from '../../kit/sqlite.ts';
import { digestOf, type Refusal, refusal } from '../answer.ts';
import { amountField } from '../fields.ts';
import { findInBook } from './book.ts';
import { isHalted, writeAudit } from './database.ts';
import { type Allowance, type Person, type Policies, type Policy, policyOf } from './policy.ts';
import { whyTooMany } from './too-many.ts';
import { countSince, findByKey, insertTransfer, sumSince, type Transfer } from './transfers.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** A request for a transfer. `to` is an address, or a name in the person's address book. */
export const requestSchema = z.strictObject({
  chain: chainIdField,
  token: nameField,
  to: z.union([addressField, nameField], 'is neither an address with the right checksum nor a name of the address book'),
  amount: amountField.refine((amount) => amount > 0n, 'must be more than nothing'),
});

type Request = z.output<typeof requestSchema>;

interface Asked {
  readonly person: Person;
  readonly key: string;
  readonly request: Request;
}

/** What was decided now, or is known because it was decided before. */
interface Decision {
  readonly kind: 'new' | 'known';
  readonly transfer: Transfer;
}

/**
 * Decides about a transfer and writes the decision down, in one transaction that no other can come between: of two that would pass a limit
 * together, one is denied. The same key gives what was decided before. Throws where it cannot be written: then nothing was decided.
 */
export function decide(connection: Connection, policies: Policies, { person, key, request }: Asked, now: number): Decision | Refusal {
  const digest = digestOf(JSON.stringify([request.chain, request.token, request.to, String(request.amount)]));
  return inTransaction(connection, () => {
    const known = findByKey(connection, person.id, key);
    if (known && known.digest !== digest)
      return refusal(409, 'key', 'this key was used for another transfer', 'take a new key for each transfer');
    if (known) return { kind: 'known', transfer: known };
    const tooMany = whyTooMany(connection, person.id, now);
    if (tooMany) return tooMany;
    const recipient = isAddress(request.to) ? request.to : findInBook(connection, person.id, request.to)?.address;
    const policy = policyOf(policies, person);
    const token = policies.tokens.find(({ id, chain }) => id === request.token && chain === request.chain);
    const denial = isHalted(connection) ? halted : judge(connection, { person, request, recipient, policy, token }, now);
    const details = { ...request, amount: String(request.amount), recipient, policy: policy?.name, key };
    writeAudit(connection, { at: now, person, action: 'transfer', decision: denial?.code ?? policy?.mode ?? '', details });
    // A halt passes, so the same request may be tried again with its key.
    if (denial?.status === 503) return denial;
    const transfer: Transfer = {
      id: randomUUID(),
      person: person.id,
      digest,
      chain: request.chain,
      token: request.token,
      recipient: recipient ?? zeroAddress,
      amount: request.amount,
      account: policy?.account ?? '',
      contract: token?.contract,
      state: denial ? 'denied' : policy?.mode === 'live' ? 'decided' : 'dry-run',
      status: denial?.status ?? 202,
      code: denial?.code ?? '',
      reason: denial?.message ?? '',
      payment: undefined,
      progress: undefined,
      hash: undefined,
      createdAt: now,
      updatedAt: now,
    };
    insertTransfer(connection, transfer, key);
    return { kind: 'new', transfer };
  });
}

export const halted = refusal(
  503,
  'halted',
  'an administrator stopped all transfers',
  'ask an administrator; the same key may be used again',
);

interface Case {
  readonly person: Person;
  readonly request: Request;
  readonly recipient: Address | undefined;
  readonly policy: Policy | undefined;
  readonly token: Policies['tokens'][number] | undefined;
}

/** The first thing that stands against it, if anything does. Every transfer passes here, of coins and of tokens alike. */
function judge(connection: Connection, { person, request, recipient, policy, token }: Case, now: number): Refusal | undefined {
  if (!policy) return denied('policy', `no policy names ${person.name} or a group of his`);
  const allowance = policy.allow.find((one) => one.chain === request.chain && one.token === request.token);
  // A token that nobody knows would be paid in the chain's own coin.
  if (!allowance || !token) return denied('token', `policy ${policy.name} allows no ${request.token} on chain ${request.chain}`);
  if (!recipient) return denied('recipient', `the address book has no ${request.to}`);
  const stranger = whyStranger(connection, { person, policy, allowance, recipient }, now);
  if (stranger) return stranger;
  if (request.amount > allowance.max_per_transfer) {
    return denied('amount', `more than ${allowance.max_per_transfer} at once is not allowed`);
  }
  const spent = sumSince(connection, person.id, request.chain, request.token, now - dayMs);
  if (spent + request.amount > allowance.max_per_day) {
    return denied('day', `${spent} of ${allowance.max_per_day} for 24 hours are spent`);
  }
  if (countSince(connection, person.id, now - hourMs) >= policy.max_per_hour) {
    return denied('hour', `${policy.max_per_hour} transfers within an hour are allowed`);
  }
  return undefined;
}

interface Payee {
  readonly person: Person;
  readonly policy: Policy;
  readonly allowance: Allowance;
  readonly recipient: Address;
}

function whyStranger(connection: Connection, { person, policy, allowance, recipient }: Payee, now: number): Refusal | undefined {
  const { recipients } = allowance;
  if (recipients === 'any') return undefined;
  if (recipients !== 'book') {
    return recipients.includes(recipient) ? undefined : denied('recipient', `${recipient} is not on the list`);
  }
  const row = findRow(connection, 'SELECT min(created_at) AS at FROM book WHERE person = ? AND address = ?', person.id, recipient);
  const { at } = z.object({ at: z.number().nullable() }).parse(row);
  if (at === null) return denied('recipient', `${recipient} is not in the address book`);
  return now - at >= policy.book_after_hours * hourMs
    ? undefined
    : denied('recipient', `its entry in the address book must be ${policy.book_after_hours} hours old`);
}

const fixes = {
  policy: 'ask the owner for one, under payments: in cluster.yaml',
  token: 'look at GET /v1/limits',
  recipient: 'look at GET /v1/limits and GET /v1/addressbook; PUT /v1/addressbook/<name> adds to it',
  amount: 'send less, with a new key',
  day: 'send less, or later, with a new key',
  hour: 'try later with a new key',
} as const;

function denied(code: keyof typeof fixes, message: string): Refusal {
  return refusal(403, code, message, fixOf(code));
}

/** What to do about a denial; the same each time, so it is not stored. */
export function fixOf(code: string): string {
  return new Map<string, string>(Object.entries(fixes)).get(code) ?? fixes.token;
}
