import * as z from 'zod';
import { DatamancyError } from '../../kit/errors.ts';
import { createSeal, type Seal } from '../../kit/seal.ts';
import { blob, change, type Connection, findRow, openSqlite } from '../../kit/sqlite.ts';

/** The file of accounts and transactions, and what closes its secrets. */
export interface Ledger extends Connection {
  readonly seal: Seal;
}

/** Amounts are decimal text, because SQLite's integers end at 64 bits. Times in milliseconds since 1970. */
const steps: readonly string[] = [
  `CREATE TABLE meta (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT;
   CREATE TABLE account (name TEXT PRIMARY KEY, address TEXT NOT NULL UNIQUE, sealed BLOB NOT NULL, created_at INTEGER NOT NULL) STRICT;
   CREATE TABLE client (digest TEXT PRIMARY KEY, name TEXT NOT NULL) STRICT;
   CREATE TABLE payment (id TEXT PRIMARY KEY, client TEXT NOT NULL, key TEXT NOT NULL, digest TEXT NOT NULL, account TEXT NOT NULL,
     chain INTEGER NOT NULL, recipient TEXT NOT NULL, value TEXT NOT NULL, data TEXT NOT NULL, gas TEXT, state TEXT NOT NULL,
     nonce INTEGER, reason TEXT NOT NULL, hash TEXT, block_number INTEGER, block_hash TEXT, passed_at INTEGER,
     cancel_asked INTEGER NOT NULL, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, UNIQUE (client, key)) STRICT;
   CREATE UNIQUE INDEX payment_by_nonce ON payment (chain, account, nonce) WHERE nonce IS NOT NULL AND state <> 'lost';
   CREATE INDEX payment_by_state ON payment (chain, account, state);
   CREATE TABLE variant (hash TEXT PRIMARY KEY, payment TEXT NOT NULL REFERENCES payment (id), purpose TEXT NOT NULL, raw TEXT NOT NULL,
     max_fee TEXT NOT NULL, max_priority_fee TEXT NOT NULL, head INTEGER NOT NULL, signed_at INTEGER NOT NULL, sent_at INTEGER,
     accepted INTEGER NOT NULL) STRICT;
   CREATE INDEX variant_by_payment ON variant (payment);`,
];

/** Opens the file or makes it. Throws E_CHAIN_CONFIG where it was made with another key: then no account could be opened. */
export function openLedger(path: string, encryptionKey: string): Ledger {
  const seal = createSeal(encryptionKey, 'accounts of evm-broadcaster');
  const refuseVersion = (version: number): DatamancyError =>
    refuse(path, `is of version ${version}, and this program knows ${steps.length}`, 'run the newer program, or restore an older backup');
  const connection = openSqlite({ path, steps, refuseVersion }, (opened) => {
    const row = findRow(opened, "SELECT value FROM meta WHERE name = 'key'");
    if (row === undefined) change(opened, "INSERT INTO meta (name, value) VALUES ('key', ?)", seal.close('right', 'meta key'));
    else if (seal.open(z.object({ value: blob }).parse(row).value, 'meta key') !== 'right') {
      throw refuse(
        path,
        'was made with another key',
        'give the key back with which it was made: without it the coins of its accounts are lost',
      );
    }
  });
  return { ...connection, seal };
}

/** Writes, so that a disk which is full or read-only is seen; throws where that fails. */
export function proveWritable(connection: Connection): void {
  change(connection, "INSERT OR REPLACE INTO meta (name, value) VALUES ('health', X'01')");
}

function refuse(path: string, what: string, fix: string): DatamancyError {
  return new DatamancyError('E_CHAIN_CONFIG', `${path} ${what}`, { fix });
}
