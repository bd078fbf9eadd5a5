import { chmodSync } from 'node:fs';
import Database from 'libsql';
import * as z from 'zod';

/** One open SQLite file. */
export interface Connection {
  readonly database: Database.Database;
}

type Value = string | number | Uint8Array | null;

interface Opening {
  readonly path: string;
  /** Each leads from the version of its place to the next one. A step that was released never changes. */
  readonly steps: readonly string[];
  /** The failure to throw where the file is of a later version than the steps lead to. */
  readonly refuseVersion: (version: number) => Error;
}

const busyMs = 1000;

/**
 * Opens the file, makes it where there is none, and brings it to the present version. What was acknowledged survives the end of the
 * process and of the machine (WAL, synchronous FULL). `check` runs in the same transaction; where it throws, nothing is open.
 */
export function openSqlite({ path, steps, refuseVersion }: Opening, check: (connection: Connection) => void = () => undefined): Connection {
  const connection = { database: new Database(path, { timeout: busyMs }) };
  try {
    chmodSync(path, 0o600);
    connection.database.pragma('journal_mode = WAL');
    connection.database.pragma('synchronous = FULL');
    inTransaction(connection, () => {
      migrate(connection, steps, refuseVersion);
      check(connection);
    });
    return connection;
  } catch (cause) {
    connection.database.close();
    throw cause;
  }
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

/** libsql gives a blob as Buffer or as ArrayBuffer. */
export const blob = z.union([z.instanceof(Uint8Array), z.instanceof(ArrayBuffer)]).transform((bytes) => new Uint8Array(bytes));

function migrate(connection: Connection, steps: readonly string[], refuseVersion: (version: number) => Error): void {
  const { database } = connection;
  const version = z.object({ user_version: z.number() }).parse(findRow(connection, 'PRAGMA user_version')).user_version;
  if (version > steps.length) throw refuseVersion(version);
  for (const step of steps.slice(version)) database.exec(step);
  if (version < steps.length) database.exec(`PRAGMA user_version = ${steps.length}`);
}
