import { expect, test } from 'vitest';
import { findingsOfPayments } from '../sample.ts';
import { paymentPolicyEffective } from './payment-policy-effective.ts';

const allow = [{ chain: 8453, token: 'coin', max_per_transfer: '1', max_per_day: '1', recipients: 'any' }];
const policy = { name: 'staff', groups: ['operator'], max_per_hour: 9, allow };

test('a policy for nobody is refused', () => {
  expect(findingsOfPayments(paymentPolicyEffective, { policies: [{ ...policy, groups: [] }] })).toEqual([
    'payments.policies.0: policy staff names nobody; write groups: [operator] or people: [anna]',
  ]);
});

test('a policy for a person or a group passes', () => {
  expect(
    findingsOfPayments(paymentPolicyEffective, { policies: [policy, { ...policy, name: 'anna', groups: [], people: ['anna'] }] }),
  ).toEqual([]);
});
