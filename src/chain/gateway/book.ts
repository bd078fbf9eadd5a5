import { change, type Connection, findRow, findRows, inTransaction } from '../../kit/sqlite.ts';
import { addressField } from '../../contracts/evm-fields.ts';
import * as z from 'zod';
import { type Refusal, refusal } from '../answer.ts';
import { writeAudit } from './database.ts';
import type { Person } from './policy.ts';
import { whyTooMany } from './too-many.ts';

const bookRow = z
  .object({ name: z.string(), address: addressField, created_at: z.number() })
  .transform(({ name, address, created_at: createdAt }) => ({ name, address, createdAt }));

/** One entry of a person's address book. */
export type BookEntry = z.output<typeof bookRow>;

const mostEntries = 500;

export function listBook(connection: Connection, person: string): readonly BookEntry[] {
  const sql = 'SELECT name, address, created_at FROM book WHERE person = ? ORDER BY name';
  return findRows(connection, sql, person).map((row) => bookRow.parse(row));
}

export function findInBook(connection: Connection, person: string, name: string): BookEntry | undefined {
  const row = findRow(connection, 'SELECT name, address, created_at FROM book WHERE person = ? AND name = ?', person, name);
  return row === undefined ? undefined : bookRow.parse(row);
}

/** Adds an entry; one that is there keeps its address, because its age is what makes it safe to pay to. */
export function addToBook(
  connection: Connection,
  person: Person,
  { name, address }: Pick<BookEntry, 'name' | 'address'>,
  now: number,
): BookEntry | Refusal {
  return inTransaction(connection, () => {
    const known = findInBook(connection, person.id, name);
    if (known?.address === address) return known;
    if (known) return refusal(409, 'name', `${name} is the name of another address`, 'take another name, or remove that entry first');
    const tooMany = whyTooMany(connection, person.id, now);
    if (tooMany) return tooMany;
    if (listBook(connection, person.id).length >= mostEntries)
      return refusal(409, 'full', `${mostEntries} entries are the most`, 'remove some');
    change(connection, 'INSERT INTO book (person, name, address, created_at) VALUES (?, ?, ?, ?)', person.id, name, address, now);
    writeAudit(connection, { at: now, person, action: 'book-add', decision: 'done', details: { name, address } });
    return { name, address, createdAt: now };
  });
}

/** Why it was not removed; undefined where it was. */
export function removeFromBook(connection: Connection, person: Person, name: string, now: number): Refusal | undefined {
  return inTransaction(connection, () => {
    const tooMany = whyTooMany(connection, person.id, now);
    if (tooMany) return tooMany;
    const isRemoved = change(connection, 'DELETE FROM book WHERE person = ? AND name = ?', person.id, name) === 1;
    if (!isRemoved) return refusal(404, 'unknown', 'there is no such entry', 'look at GET /v1/addressbook');
    writeAudit(connection, { at: now, person, action: 'book-remove', decision: 'done', details: { name } });
    return undefined;
  });
}
