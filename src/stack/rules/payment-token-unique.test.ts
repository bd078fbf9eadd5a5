import { expect, test } from 'vitest';
import { findingsOfPayments } from '../sample.ts';
import { paymentTokenUnique } from './payment-token-unique.ts';

test('two tokens of one id on one chain are refused', () => {
  expect(
    findingsOfPayments(paymentTokenUnique, {
      tokens: [
        { id: 'coin', chain: 8453 },
        { id: 'coin', chain: 8453 },
      ],
    }),
  ).toEqual(['payments.tokens.1.id: a token above is called coin on chain 8453 too; give one of them another id']);
});

test('tokens of one id on two chains pass', () => {
  expect(
    findingsOfPayments(paymentTokenUnique, {
      tokens: [
        { id: 'coin', chain: 8453 },
        { id: 'coin', chain: 1 },
      ],
    }),
  ).toEqual([]);
});
