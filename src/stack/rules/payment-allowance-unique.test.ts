import { expect, test } from 'vitest';
import { findingsOfPayments } from '../sample.ts';
import { paymentAllowanceUnique } from './payment-allowance-unique.ts';

const allow = [{ chain: 8453, token: 'coin', max_per_transfer: '1', max_per_day: '1', recipients: 'any' }];
const policy = { name: 'staff', groups: ['operator'], max_per_hour: 9, allow };

test('a token that one policy allows twice is refused', () => {
  expect(findingsOfPayments(paymentAllowanceUnique, { policies: [{ ...policy, allow: [...allow, ...allow] }] })).toEqual([
    'payments.policies.0.allow.1: policy staff allows coin on chain 8453 twice; keep the one whose limits are meant',
  ]);
});

test('the same token in two policies passes, and of the same name on two chains', () => {
  const both = [...allow, ...allow.map((one) => ({ ...one, chain: 1 }))];
  expect(findingsOfPayments(paymentAllowanceUnique, { policies: [policy, { ...policy, name: 'more', allow: both }] })).toEqual([]);
});
