import { expect, test } from 'vitest';
import { requestSchema } from './decide.ts';

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
