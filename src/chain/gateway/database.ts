import * as z from 'zod';
import { DatamancyError } from '../../kit/errors.ts';
import { change, type Connection, findRow, findRows, inTransaction, openSqlite } from '../../kit/sqlite.ts';

/** What was decided stays as it was written: the triggers refuse every change, also of a program with a mistake in it. */
const steps: readonly string[] = [
  `CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
   CREATE TABLE transfer (id TEXT PRIMARY KEY, person TEXT NOT NULL, key TEXT NOT NULL, digest TEXT NOT NULL, chain INTEGER NOT NULL,
     token TEXT NOT NULL, recipient TEXT NOT NULL, amount TEXT NOT NULL, account TEXT NOT NULL, contract TEXT, state TEXT NOT NULL,
     status INTEGER NOT NULL, code TEXT NOT NULL, reason TEXT NOT NULL, payment TEXT, progress TEXT, hash TEXT,
     created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, UNIQUE (person, key)) STRICT;
   CREATE INDEX transfer_by_person ON transfer (person, created_at);
   CREATE INDEX transfer_by_state ON transfer (state, updated_at);
   CREATE TABLE book (person TEXT NOT NULL, name TEXT NOT NULL, address TEXT NOT NULL, created_at INTEGER NOT NULL,
     PRIMARY KEY (person, name)) STRICT;
   CREATE TABLE audit (id INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, person TEXT NOT NULL, name TEXT NOT NULL,
     action TEXT NOT NULL, decision TEXT NOT NULL, details TEXT NOT NULL) STRICT;
   CREATE INDEX audit_by_person ON audit (person, at);
   CREATE TRIGGER audit_stays BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'what was decided is not changed'); END;
   CREATE TRIGGER audit_is_kept BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'what was decided is not removed'); END;`,
];

export function openGatewayDatabase(path: string): Connection {
  const refuseVersion = (version: number): DatamancyError =>
    new DatamancyError('E_CHAIN_CONFIG', `${path} is of version ${version}, and this program knows ${steps.length}`, {
      fix: 'run the newer program, or restore an older backup',
    });
  return openSqlite({ path, steps, refuseVersion });
}

/** Writes, so that a disk which is full or read-only is seen; throws where that fails. */
export function proveWritable(connection: Connection): void {
  change(connection, "INSERT OR REPLACE INTO setting (name, value) VALUES ('health', '')");
}

export function isHalted(connection: Connection): boolean {
  return findRow(connection, "SELECT 1 FROM setting WHERE name = 'halt'") !== undefined;
}

/** Inside a transaction together with what it is about, so that neither is there without the other. */
export interface Entry {
  readonly at: number;
  readonly person: { readonly id: string; readonly name: string };
  readonly action: 'transfer' | 'cancel' | 'halt' | 'resume' | 'book-add' | 'book-remove';
  readonly decision: string;
  readonly details: object;
}

export function writeAudit(connection: Connection, { at, person, action, decision, details }: Entry): void {
  const sql = 'INSERT INTO audit (at, person, name, action, decision, details) VALUES (?, ?, ?, ?, ?, ?)';
  change(connection, sql, at, person.id, person.name, action, decision, JSON.stringify(details));
}

/** How much was written down of a person since a moment. */
export function countEntries(connection: Connection, person: string, since: number): number {
  const row = findRow(connection, 'SELECT count(*) AS count FROM audit WHERE person = ? AND at > ?', person, since);
  return z.object({ count: z.number() }).parse(row).count;
}

const auditRow = z
  .object({
    id: z.number(),
    at: z.number(),
    person: z.string(),
    name: z.string(),
    action: z.string(),
    decision: z.string(),
    details: z.string(),
  })
  .transform(({ at, details, ...row }) => ({ ...row, at: new Date(at).toISOString(), details: JSON.parse(details) as unknown }));

/** What was decided, the newest first, below an entry's number. */
export function listAudit(connection: Connection, before: number, most: number): readonly object[] {
  return findRows(connection, 'SELECT * FROM audit WHERE id < ? ORDER BY id DESC LIMIT ?', before, most).map((row) => auditRow.parse(row));
}

/** Stops every transfer, or lets them go on; false where that was so already. */
export function setHalt(
  connection: Connection,
  isHalt: boolean,
  { at, person, details }: Pick<Entry, 'at' | 'person' | 'details'>,
): boolean {
  return inTransaction(connection, () => {
    if (isHalted(connection) === isHalt) return false;
    if (isHalt) change(connection, "INSERT INTO setting (name, value) VALUES ('halt', ?)", JSON.stringify({ at, by: person.name }));
    else change(connection, "DELETE FROM setting WHERE name = 'halt'");
    writeAudit(connection, { at, person, action: isHalt ? 'halt' : 'resume', decision: 'done', details });
    return true;
  });
}
