import * as z from 'zod';
import { type Address, type Hex, zeroAddress } from 'viem';
import { change, type Connection, findRow, findRows } from '../../kit/sqlite.ts';

const transferStates = ['denied', 'decided', 'handing', 'handed', 'paid', 'unpaid', 'dry-run'] as const;

/**
 * `denied` by a policy; `decided` and not handed over yet; `handing`, so that the broadcaster may have it or not; `handed` to it; `paid`, or
 * `unpaid` for good; `dry-run`, which would have been paid.
 */
export type TransferState = (typeof transferStates)[number];

/** What a person asked for, and what became of it. Amounts in the token's smallest unit. */
export interface Transfer {
  readonly id: string;
  readonly person: string;
  readonly digest: string;
  readonly chain: number;
  readonly token: string;
  readonly recipient: Address;
  readonly amount: bigint;
  readonly account: string;
  /** Undefined for the chain's own coin. */
  readonly contract: Address | undefined;
  readonly state: TransferState;
  /** What the caller was answered, and is answered again for the same key. */
  readonly status: number;
  readonly code: string;
  readonly reason: string;
  /** Its payment at the broadcaster, and how that is there. */
  readonly payment: string | undefined;
  readonly progress: string | undefined;
  readonly hash: Hex | undefined;
  readonly createdAt: number;
  readonly updatedAt: number;
}

const hex = z.string() as unknown as z.ZodType<Hex>;

const transferRow = z
  .object({
    id: z.string(),
    person: z.string(),
    digest: z.string(),
    chain: z.number(),
    token: z.string(),
    recipient: hex,
    amount: z.string().transform(BigInt),
    account: z.string(),
    contract: hex.nullable(),
    state: z.enum(transferStates),
    status: z.number(),
    code: z.string(),
    reason: z.string(),
    payment: z.string().nullable(),
    progress: z.string().nullable(),
    hash: hex.nullable(),
    created_at: z.number(),
    updated_at: z.number(),
  })
  .transform(
    ({ contract, payment, progress, hash, created_at: createdAt, updated_at: updatedAt, ...row }): Transfer => ({
      ...row,
      contract: contract ?? undefined,
      payment: payment ?? undefined,
      progress: progress ?? undefined,
      hash: hash ?? undefined,
      createdAt,
      updatedAt,
    }),
  );

export function insertTransfer(connection: Connection, one: Transfer, key: string): void {
  const sql = `INSERT INTO transfer (id, person, key, digest, chain, token, recipient, amount, account, contract, state, status, code, reason,
    created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;
  const what = [one.chain, one.token, one.recipient, String(one.amount), one.account, one.contract ?? null];
  change(
    connection,
    sql,
    one.id,
    one.person,
    key,
    one.digest,
    ...what,
    one.state,
    one.status,
    one.code,
    one.reason,
    one.createdAt,
    one.updatedAt,
  );
}

export function findByKey(connection: Connection, person: string, key: string): Transfer | undefined {
  const row = findRow(connection, 'SELECT * FROM transfer WHERE person = ? AND key = ?', person, key);
  return row === undefined ? undefined : transferRow.parse(row);
}

export function findTransfer(connection: Connection, id: string): Transfer | undefined {
  const row = findRow(connection, 'SELECT * FROM transfer WHERE id = ?', id);
  return row === undefined ? undefined : transferRow.parse(row);
}

/** Those of a person, the newest first. `before` in milliseconds since 1970. */
export function listTransfers(connection: Connection, person: string, before: number, most: number): readonly Transfer[] {
  const sql = 'SELECT * FROM transfer WHERE person = ? AND created_at < ? ORDER BY created_at DESC, rowid DESC LIMIT ?';
  return findRows(connection, sql, person, before, most).map((row) => transferRow.parse(row));
}

/** Those in a state that were looked at longest ago. */
export function listInState(connection: Connection, state: TransferState, most: number): readonly Transfer[] {
  const sql = 'SELECT * FROM transfer WHERE state = ? ORDER BY updated_at, rowid LIMIT ?';
  return findRows(connection, sql, state, most).map((row) => transferRow.parse(row));
}

/** What a person was granted of a token since a moment: all that is paid, or may still be. */
export function sumSince(connection: Connection, person: string, chain: number, token: string, since: number): bigint {
  const sql = `SELECT amount FROM transfer WHERE person = ? AND chain = ? AND token = ? AND created_at > ?
    AND state IN ('decided', 'handing', 'handed', 'paid', 'dry-run')`;
  const row = z.object({ amount: z.string() });
  return findRows(connection, sql, person, chain, token, since).reduce<bigint>((sum, one) => sum + BigInt(row.parse(one).amount), 0n);
}

/** How many transfers a person was granted since a moment, paid or not: cancelling and asking again costs fees too. */
export function countSince(connection: Connection, person: string, since: number): number {
  const sql = "SELECT count(*) AS count FROM transfer WHERE person = ? AND created_at > ? AND state <> 'denied'";
  return z.object({ count: z.number() }).parse(findRow(connection, sql, person, since)).count;
}

/** From now on the broadcaster may have it, also after a crash. False where it was cancelled meanwhile. */
export function beginHanding(connection: Connection, id: string, now: number): boolean {
  return change(connection, "UPDATE transfer SET state = 'handing', updated_at = ? WHERE id = ? AND state = 'decided'", now, id) === 1;
}

/** The broadcaster said that it did not take it. The others come before it is handed over again. */
export function noteNotTaken(connection: Connection, id: string, now: number): void {
  change(connection, "UPDATE transfer SET state = 'decided', updated_at = ? WHERE id = ?", now, id);
}

/** It is never handed over. False where that has begun. */
export function endUnhanded(connection: Connection, id: string, now: number): boolean {
  const sql = "UPDATE transfer SET state = 'unpaid', progress = 'cancelled', reason = ?, updated_at = ? WHERE id = ? AND state = 'decided'";
  return change(connection, sql, 'it was cancelled before it was handed over', now, id) === 1;
}

export function noteHanded(connection: Connection, id: string, payment: string, now: number): void {
  change(connection, "UPDATE transfer SET state = 'handed', payment = ?, updated_at = ? WHERE id = ?", payment, now, id);
}

export interface Progress {
  readonly state: 'handed' | 'paid' | 'unpaid';
  readonly progress: string;
  readonly reason: string;
  readonly hash: string | undefined;
}

export function noteProgress(connection: Connection, id: string, { state, progress, reason, hash }: Progress, now: number): void {
  const sql = 'UPDATE transfer SET state = ?, progress = ?, reason = ?, hash = ?, updated_at = ? WHERE id = ?';
  change(connection, sql, state, progress, reason, hash ?? null, now, id);
}

/** Whom it pays; nobody where it was denied and its name is in no address book. */
export function payeeOf({ state, recipient }: Pick<Transfer, 'state' | 'recipient'>): Address | undefined {
  return state === 'denied' && recipient === zeroAddress ? undefined : recipient;
}

/** A transfer as its person sees it. */
export function viewTransfer({ id, chain, token, recipient, amount, state, progress, reason, hash, createdAt }: Transfer): object {
  const to = payeeOf({ state, recipient });
  return {
    id,
    chain,
    token,
    ...(to === undefined ? {} : { to }),
    amount: String(amount),
    state,
    ...(progress === undefined ? {} : { progress }),
    ...(hash === undefined ? {} : { hash }),
    ...(reason === '' ? {} : { reason }),
    createdAt: new Date(createdAt).toISOString(),
  };
}
