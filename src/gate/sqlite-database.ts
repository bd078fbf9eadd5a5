import * as z from 'zod';
import { DatamancyError, messageOf } from '../kit/errors.ts';
import { createSeal, type Seal } from '../kit/seal.ts';
import { change, type Connection, findRow, openSqlite } from '../kit/sqlite.ts';
import { RecordsUnavailable } from './records.ts';

/** One open file of records. */
export interface OpenRecords extends Connection {
  /** Closes and opens what is secret in a row. */
  readonly seal: Seal;
}

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
  const refuseVersion = (version: number): DatamancyError =>
    refuse(path, `is of version ${version}, and this gate knows ${steps.length}`, 'run the newer gate, or restore an older backup');
  try {
    const connection = openSqlite({ path, steps, refuseVersion }, (opened) => {
      addSince(opened);
      checkKey({ ...opened, seal }, path);
    });
    return { ...connection, seal };
  } catch (cause) {
    throw cause instanceof DatamancyError ? cause : unavailable(cause);
  }
}

/** The failure that callers of records know. */
export function unavailable(cause: unknown): RecordsUnavailable {
  return cause instanceof RecordsUnavailable ? cause : new RecordsUnavailable(messageOf(cause), { cause });
}

/** No step: a former gate works with this column too, and one more version would keep it from the file on the way back. */
function addSince(connection: Connection): void {
  const known = findRow(connection, "SELECT 1 FROM pragma_table_info('consent') WHERE name = 'since'");
  if (known === undefined) connection.database.exec('ALTER TABLE consent ADD COLUMN since INTEGER');
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
