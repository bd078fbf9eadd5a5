import { randomUUID } from 'node:crypto';
import type { Hex } from 'viem';
import * as z from 'zod';
import { change, type Connection, findRow, findRows, inTransaction } from '../../kit/sqlite.ts';
import { type Order, type Payment, paymentRow, type PaymentState, type Variant, variantRow } from './payment.ts';

/** Whose nonces: each account counts on each chain for itself. */
export interface Lane {
  readonly account: string;
  readonly chain: number;
}

interface Ordered {
  readonly client: string;
  readonly key: string;
  /** Stands for the content of the order. */
  readonly digest: string;
}

/** Stores an order; where the client's key was used before it gives what was stored then, whatever the order was. */
export function addPayment(connection: Connection, { client, key, digest }: Ordered, order: Order, now: number): Payment {
  return inTransaction(connection, () => {
    const known = findPaymentByKey(connection, client, key);
    if (known) return known;
    const sql = `INSERT INTO payment (id, client, key, digest, account, chain, recipient, value, data, gas, state, reason, cancel_asked, created_at, updated_at)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'queued', '', 0, ?, ?) RETURNING *`;
    const { account, chain, recipient, value, data, gas } = order;
    const values = [account, chain, recipient, String(value), data, gas === undefined ? null : String(gas), now, now];
    return paymentRow.parse(findRow(connection, sql, randomUUID(), client, key, digest, ...values));
  });
}

export function findPayment(connection: Connection, id: string): Payment | undefined {
  return onePayment(findRow(connection, 'SELECT * FROM payment WHERE id = ?', id));
}

/** What a client ordered under a key of his. */
export function findPaymentByKey(connection: Connection, client: string, key: string): Payment | undefined {
  return onePayment(findRow(connection, 'SELECT * FROM payment WHERE client = ? AND key = ?', client, key));
}

export function findPaymentByHash(connection: Connection, chain: number, hash: string): Payment | undefined {
  const sql = 'SELECT payment.* FROM payment JOIN variant ON variant.payment = payment.id WHERE variant.hash = ? AND chain = ?';
  return onePayment(findRow(connection, sql, hash, chain));
}

function onePayment(row: unknown): Payment | undefined {
  return row === undefined ? undefined : paymentRow.parse(row);
}

/** Those that wait for a nonce, in the order in which they came. */
export function listQueued(connection: Connection, { chain, account }: Lane, most: number): readonly Payment[] {
  const sql = "SELECT * FROM payment WHERE chain = ? AND account = ? AND state = 'queued' ORDER BY rowid LIMIT ?";
  return findRows(connection, sql, chain, account, most).map((row) => paymentRow.parse(row));
}

/** Those with a nonce and no end yet, by nonce. */
export function listOpen(connection: Connection, { chain, account }: Lane): readonly Payment[] {
  const sql = "SELECT * FROM payment WHERE chain = ? AND account = ? AND state IN ('pending', 'mined') ORDER BY nonce";
  return findRows(connection, sql, chain, account).map((row) => paymentRow.parse(row));
}

/** Those whose end the chain denies: their block is below the head, and their nonce is free again. */
export function listDenied(connection: Connection, { chain, account }: Lane, count: number, head: bigint): readonly Payment[] {
  const sql = `SELECT * FROM payment WHERE chain = ? AND account = ? AND state IN ('confirmed', 'reverted', 'cancelled') AND nonce >= ?
    AND block_number <= ? ORDER BY nonce LIMIT 100`;
  return findRows(connection, sql, chain, account, count, Number(head)).map((row) => paymentRow.parse(row));
}

/** What each payment that is under way takes at most, by its newest transaction, in wei. */
export function listPromises(connection: Connection, { chain, account }: Lane): readonly bigint[] {
  const sql = `SELECT value, gas, (SELECT max_fee FROM variant WHERE variant.payment = payment.id ORDER BY variant.rowid DESC LIMIT 1) AS max_fee
    FROM payment WHERE chain = ? AND account = ? AND state = 'pending'`;
  const row = z.object({ value: z.string(), gas: z.string(), max_fee: z.string() });
  return findRows(connection, sql, chain, account)
    .map((one) => row.parse(one))
    .map(({ value, gas, max_fee: maxFee }) => BigInt(value) + BigInt(gas) * BigInt(maxFee));
}

/** Nonces at and after `from` that a payment of ours has. */
export function heldNonces(connection: Connection, { chain, account }: Lane, from: number): ReadonlySet<number> {
  const sql = "SELECT nonce FROM payment WHERE chain = ? AND account = ? AND nonce >= ? AND state <> 'lost'";
  return new Set(findRows(connection, sql, chain, account, from).map((row) => z.object({ nonce: z.number() }).parse(row).nonce));
}

/** The variants of a payment, the newest first, whatever the clock said meanwhile. */
export function listVariants(connection: Connection, id: string): readonly Variant[] {
  const sql = 'SELECT * FROM variant WHERE payment = ? ORDER BY rowid DESC';
  return findRows(connection, sql, id).map((row) => variantRow.parse(row));
}

/**
 * Stores the nonce and the signed bytes at once, before anything is sent. False where the payment was cancelled meanwhile: then the bytes
 * are thrown away and the nonce is as free as before.
 */
export function keepFirst(connection: Connection, id: string, nonce: number, gas: bigint, variant: Variant): boolean {
  return inTransaction(connection, () => {
    const sql = "UPDATE payment SET state = 'pending', nonce = ?, gas = ?, reason = '', updated_at = ? WHERE id = ? AND state = 'queued'";
    const isKept = change(connection, sql, nonce, String(gas), variant.signedAt, id) === 1;
    if (isKept) insertVariant(connection, id, variant);
    return isKept;
  });
}

/** Stores the signed bytes of a replacement, before they are sent. */
export function keepNext(connection: Connection, id: string, variant: Variant): void {
  inTransaction(connection, () => insertVariant(connection, id, variant));
}

function insertVariant(connection: Connection, id: string, { hash, purpose, raw, maxFee, maxPriorityFee, head, signedAt }: Variant): void {
  const sql = `INSERT INTO variant (hash, payment, purpose, raw, max_fee, max_priority_fee, head, signed_at, sent_at, accepted)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, NULL, 0)`;
  change(connection, sql, hash, id, purpose, raw, String(maxFee), String(maxPriorityFee), Number(head), signedAt);
}

/** What came of a sending, and why the payment does not go on where nobody took it. */
export function noteSent(connection: Connection, payment: Payment, hash: Hex, refusal: string | undefined, now: number): void {
  inTransaction(connection, () => {
    change(connection, 'UPDATE variant SET sent_at = ?, accepted = ? WHERE hash = ?', now, refusal === undefined ? 1 : 0, hash);
    noteReason(connection, payment, refusal ?? '', now);
  });
}

/** Why a payment does not go on for now. */
export function noteReason(connection: Connection, { id, reason }: Payment, words: string, now: number): void {
  if (reason !== words) change(connection, 'UPDATE payment SET reason = ?, updated_at = ? WHERE id = ?', words, now, id);
}

export function notePassed(connection: Connection, id: string, head: bigint, now: number): void {
  change(connection, 'UPDATE payment SET passed_at = ?, updated_at = ? WHERE id = ?', Number(head), now, id);
}

interface Place {
  readonly hash: Hex;
  readonly block: { readonly number: bigint; readonly hash: Hex };
}

/** A variant is in a block. */
export function setPlaced(
  connection: Connection,
  id: string,
  state: Extract<PaymentState, 'mined' | 'confirmed' | 'reverted' | 'cancelled'>,
  { hash, block }: Place,
  { reason, now }: { readonly reason: string; readonly now: number },
): void {
  const sql =
    'UPDATE payment SET state = ?, hash = ?, block_number = ?, block_hash = ?, passed_at = NULL, reason = ?, updated_at = ? WHERE id = ?';
  change(connection, sql, state, hash, Number(block.number), block.hash, reason, now, id);
}

/** Nothing of it is in a block, or any more. */
export function setUnplaced(connection: Connection, id: string, state: 'pending' | 'lost', reason: string, now: number): void {
  const sql =
    'UPDATE payment SET state = ?, hash = NULL, block_number = NULL, block_hash = NULL, passed_at = NULL, reason = ?, updated_at = ? WHERE id = ?';
  change(connection, sql, state, reason, now, id);
}

/** It is never signed. False where it was signed meanwhile. */
export function endUnsigned(connection: Connection, id: string, state: 'refused' | 'cancelled', reason: string, now: number): boolean {
  const sql = "UPDATE payment SET state = ?, reason = ?, updated_at = ? WHERE id = ? AND state = 'queued'";
  return change(connection, sql, state, reason, now, id) === 1;
}

/** From now on its nonce is to be spent on nothing. False where it is in a block already, or at its end. */
export function askCancel(connection: Connection, id: string, now: number): boolean {
  const sql = "UPDATE payment SET cancel_asked = 1, updated_at = ? WHERE id = ? AND state = 'pending'";
  return change(connection, sql, now, id) === 1;
}

/** How many payments of a chain are in each state. */
export function countStates(connection: Connection, chain: number): ReadonlyMap<string, number> {
  const row = z.object({ state: z.string(), count: z.number() });
  const rows = findRows(connection, 'SELECT state, count(*) AS count FROM payment WHERE chain = ? GROUP BY state', chain);
  return new Map(rows.map((one) => row.parse(one)).map(({ state, count }) => [state, count]));
}

/** When the payment that has waited longest on a chain was ordered; undefined where none waits. */
export function oldestOpen(connection: Connection, chain: number): number | undefined {
  const sql = "SELECT min(created_at) AS at FROM payment WHERE chain = ? AND state IN ('queued', 'pending')";
  return z.object({ at: z.number().nullable() }).parse(findRow(connection, sql, chain)).at ?? undefined;
}
