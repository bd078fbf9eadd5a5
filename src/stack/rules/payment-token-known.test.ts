import { expect, test } from 'vitest';
import { findingsOfPayments } from '../sample.ts';
import { paymentTokenKnown } from './payment-token-known.ts';

const allow = [{ chain: 8453, token: 'coin', max_per_transfer: '1', max_per_day: '1', recipients: 'any' }];
const policy = { name: 'staff', groups: ['operator'], max_per_hour: 9, allow };

test('a policy that allows a token nobody declared on that chain is refused', () => {
  const policies = [
    {
      ...policy,
      allow: [
        { ...allow[0], token: 'usdc' },
        { ...allow[0], token: 'con' },
      ],
    },
  ];
  expect(findingsOfPayments(paymentTokenKnown, { policies })).toEqual([
    'payments.policies.0.allow.0.token: policy staff allows usdc on chain 8453, and its tokens are coin; name it under payments.tokens with chain: 8453',
    'payments.policies.0.allow.1.token: policy staff allows con on chain 8453, and its tokens are coin; write coin',
  ]);
  expect(findingsOfPayments(paymentTokenKnown, { tokens: [] })).toEqual([
    'payments.policies.0.allow.0.token: policy staff allows coin on chain 8453, and that chain has no token; name it under payments.tokens with chain: 8453',
  ]);
});

test('a token that is declared passes, and one of a chain that is not is told of by another rule', () => {
  expect(findingsOfPayments(paymentTokenKnown, {})).toEqual([]);
  expect(findingsOfPayments(paymentTokenKnown, { policies: [{ ...policy, allow: [{ ...allow[0], chain: 1 }] }] })).toEqual([]);
});
