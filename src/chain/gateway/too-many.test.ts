import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { policiesSchema } from '../../contracts/evm-payments.ts';
import { inTransaction } from '../../kit/sqlite.ts';
import { makeTestFolder } from '../testing/folder.ts';
import { addToBook, removeFromBook } from './book.ts';
import { cancel } from './cancel.ts';
import { openGatewayDatabase, writeAudit } from './database.ts';
import { decide, requestSchema } from './decide.ts';
import { policiesOf } from './policy.ts';

const address = '0x00000000000000000000000000000000000A11cE';
const person = { id: 'id-of-ada', name: 'ada', groups: [] };
const now = 1_800_000_000_000;

test('who has asked for too much within an hour is not written down any more, whatever he asks for', async () => {
  const folder = makeTestFolder();
  const connection = openGatewayDatabase(join(folder, 'gateway.sqlite'));
  addToBook(connection, person, { name: 'bob', address }, now);
  inTransaction(connection, () => {
    for (let i = 0; i < 1000; i++) writeAudit(connection, { at: now, person, action: 'cancel', decision: 'asked', details: {} });
  });
  const request = requestSchema.parse({ chain: 1, token: 'eth', to: 'bob', amount: '1' });
  const broadcaster = { cancel: async () => Promise.reject(new Error('it must not be asked')) };
  const refused = [
    decide(connection, policiesOf(policiesSchema.parse({})), { person, key: 'a-key', request }, now),
    await cancel({ connection, broadcaster, now: () => now }, person, 'an-id', new AbortController().signal),
    addToBook(connection, person, { name: 'eve', address }, now),
    removeFromBook(connection, person, 'bob', now),
  ];
  expect(refused).toMatchObject(refused.map(() => ({ status: 429, code: 'too-many' })));
  expect(removeFromBook(connection, person, 'bob', now + 3_600_001)).toBeUndefined();
  connection.database.close();
  rmSync(folder, { recursive: true, force: true });
});
