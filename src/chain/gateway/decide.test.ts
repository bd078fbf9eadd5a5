import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { policiesSchema } from '../../contracts/evm-payments.ts';
import { makeTestFolder } from '../testing/folder.ts';
import { openGatewayDatabase } from './database.ts';
import { decide, requestSchema } from './decide.ts';
import { policiesOf } from './policy.ts';

const request = { chain: 1, token: 'eth', to: '0x00000000000000000000000000000000000A11cE', amount: '1' };

test.each(['1.5', '0', '-1', '1e3', ' 1', '', '01', '0x1', 1, `${10n ** 78n}`])('%j is no amount', (amount) => {
  expect(requestSchema.safeParse({ ...request, amount }).success).toBe(false);
});

test('an amount is exact, however large', () => {
  expect(requestSchema.parse({ ...request, amount: '9007199254740993000000000000000001' }).amount).toBe(
    9007199254740993000000000000000001n,
  );
});

test.each(['0x00000000000000000000000000000000000a11CE', '0x123', 'Bob', '', 'bob; drop', 7])('%j is nobody to pay to', (to) => {
  expect(requestSchema.safeParse({ ...request, to }).success).toBe(false);
});

test('a token that a policy allows and nobody declared is denied: without its contract it would be paid in coins', () => {
  const folder = makeTestFolder();
  const connection = openGatewayDatabase(join(folder, 'gateway.sqlite'));
  const person = { id: 'id-of-ada', name: 'ada', groups: [] };
  const allow = [{ chain: 1, token: 'usdc', max_per_transfer: '9', max_per_day: '9', recipients: 'any' }];
  const policies = policiesOf(policiesSchema.parse({ policies: [{ name: 'staff', people: ['ada'], max_per_hour: 9, allow }] }));
  const asked = { person, key: 'a-key-of-test', request: requestSchema.parse({ ...request, token: 'usdc' }) };
  expect(decide(connection, policies, asked, 0)).toMatchObject({ transfer: { state: 'denied', code: 'token' } });
  connection.database.close();
  rmSync(folder, { recursive: true, force: true });
});
