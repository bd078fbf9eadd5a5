import * as z from 'zod';
import { isSameToken } from '../../kit/bearer.ts';
import { change, findRows, inTransaction } from '../../kit/sqlite.ts';
import { digestOf } from '../answer.ts';
import type { Ledger } from './database.ts';

const clientRow = z.object({ name: z.string(), digest: z.string() });

const serviceName = z.string().regex(/^[a-z][a-z0-9-]{0,39}$/);

/** Who may order payments: names of services, each with a token of 24 characters at least for each of its needs. */
export const clientsSchema = z.record(serviceName, z.array(z.string().min(24).max(512)).min(1));

/** These and nobody else may order payments from now on. Of their tokens only digests are kept. */
export function replaceClients(ledger: Ledger, clients: z.output<typeof clientsSchema>): void {
  inTransaction(ledger, () => {
    change(ledger, 'DELETE FROM client');
    for (const [name, tokens] of Object.entries(clients))
      for (const token of tokens) change(ledger, 'INSERT INTO client (digest, name) VALUES (?, ?)', digestOf(token), name);
  });
}

/** Whose token it is; undefined for nobody's. Every client's is compared, so the time says nothing. */
export function clientOf(ledger: Ledger, token: string): string | undefined {
  const digest = digestOf(token);
  const clients = findRows(ledger, 'SELECT name, digest FROM client').map((row) => clientRow.parse(row));
  return clients.filter((client) => isSameToken(client.digest, digest))[0]?.name;
}
