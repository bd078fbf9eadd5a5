import { chmodSync } from 'node:fs';
import Database from 'libsql';
import * as z from 'zod';
import { DatamancyError, messageOf } from '../kit/errors.ts';
import { RecordsUnavailable } from './records.ts';
import { createSeal, type Seal } from './seal.ts';

/** One open file of records. */
export interface OpenRecords {
  readonly database: Database.Database;
  /** Closes and opens what is secret in a row. */
  readonly seal: Seal;
}

type Value = string | number | Uint8Array | null;

const busyMs = 1000;

/** Each step leads from the version of its place to the next one. A step that was released never changes. */
const steps: readonly string[] = [
  `CREATE TABLE meta (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT;
   CREATE TABLE totp (person TEXT PRIMARY KEY, secret BLOB NOT NULL, digits INTEGER NOT NULL, period INTEGER NOT NULL,
     algorithm TEXT NOT NULL, created_at INTEGER NOT NULL, used_step INTEGER NOT NULL) STRICT;
   CREATE TABLE passkey (id TEXT PRIMARY KEY, person TEXT NOT NULL, public_key BLOB NOT NULL, counter INTEGER NOT NULL,
     transports TEXT NOT NULL, name TEXT NOT NULL, created_at INTEGER NOT NULL, used_at INTEGER) STRICT;
   CREATE INDEX passkey_by_person ON passkey (person);
   CREATE TABLE recovery_code (person TEXT NOT NULL, digest TEXT NOT NULL, PRIMARY KEY (person, digest)) STRICT, WITHOUT ROWID;
   CREATE TABLE consent (person TEXT NOT NULL, client TEXT NOT NULL, scopes TEXT NOT NULL, until INTEGER NOT NULL,
     PRIMARY KEY (person, client)) STRICT, WITHOUT ROWID;`,
];

/**
 * Opens the file, makes it where there is none, and brings it to the present version. What was acknowledged survives the end of the
 * process and of the machine (WAL, synchronous FULL). Throws E_GATE_CONFIG where the key is not the one the file was made with or the file
 * is of a later version, and {@link RecordsUnavailable} where it cannot be opened.
 */
export function openRecords(path: string, encryptionKey: string): OpenRecords {
  const seal = createSeal(encryptionKey, 'records of gate');
  let database: Database.Database | undefined;
  try {
    database = new Database(path, { timeout: busyMs });
    chmodSync(path, 0o600);
    database.pragma('journal_mode = WAL');
    database.pragma('synchronous = FULL');
    const open = { database, seal };
    inTransaction(open, () => {
      migrate(open, path);
      checkKey(open, path);
    });
    return open;
  } catch (cause) {
    database?.close();
    throw cause instanceof DatamancyError ? cause : unavailable(cause);
  }
}

/** The failure that callers of records know. */
export function unavailable(cause: unknown): RecordsUnavailable {
  return cause instanceof RecordsUnavailable ? cause : new RecordsUnavailable(messageOf(cause), { cause });
}

/** All of it or, after a failure or the end of the process, nothing of it. No other process writes meanwhile. */
export function inTransaction<T>({ database }: Connection, work: () => T): T {
  database.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    database.exec('COMMIT');
    return result;
  } catch (cause) {
    // SQLite has rolled back by itself where the disk is full.
    if (database.inTransaction) database.exec('ROLLBACK');
    throw cause;
  }
}

type Connection = Pick<OpenRecords, 'database'>;

// Values go to libsql as one array: it takes a lone object, such as a blob, for named parameters and ends the process over it.

/** Runs a statement and gives how many rows it changed. */
export function change({ database }: Connection, sql: string, ...values: readonly Value[]): number {
  return database.prepare(sql).run([...values]).changes;
}

/** The first row, if there is one. */
export function findRow({ database }: Connection, sql: string, ...values: readonly Value[]): unknown {
  return database.prepare(sql).get([...values]);
}

export function findRows({ database }: Connection, sql: string, ...values: readonly Value[]): readonly unknown[] {
  return database.prepare(sql).all([...values]);
}

function migrate(open: OpenRecords, path: string): void {
  const { database } = open;
  const version = z.object({ user_version: z.number() }).parse(findRow(open, 'PRAGMA user_version')).user_version;
  if (version > steps.length) {
    throw refuse(path, `is of version ${version}, and this gate knows ${steps.length}`, 'run the newer gate, or restore an older backup');
  }
  for (const step of steps.slice(version)) database.exec(step);
  if (version < steps.length) database.exec(`PRAGMA user_version = ${steps.length}`);
}

function checkKey(open: OpenRecords, path: string): void {
  const row = findRow(open, "SELECT value FROM meta WHERE name = 'key'");
  const kept = row === undefined ? undefined : z.object({ value: z.instanceof(Uint8Array) }).parse(row).value;
  if (kept === undefined) change(open, "INSERT INTO meta (name, value) VALUES ('key', ?)", open.seal.close('right', 'meta key'));
  else if (open.seal.open(kept, 'meta key') !== 'right') {
    const fix = 'give gate the key back that it had, or move the file away: then everybody enrols his second factors anew';
    throw refuse(path, 'was made with another storage.encryption_key', fix);
  }
}

function refuse(path: string, what: string, fix: string): DatamancyError {
  return new DatamancyError('E_GATE_CONFIG', `${path} ${what}`, { fix });
}
