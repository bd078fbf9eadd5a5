import { expect, test } from 'vitest';
import { findingsOfPayments } from '../sample.ts';
import { paymentPolicyUnique } from './payment-policy-unique.ts';

const allow = [{ chain: 8453, token: 'coin', max_per_transfer: '1', max_per_day: '1', recipients: 'any' }];
const policy = { name: 'staff', groups: ['operator'], max_per_hour: 9, allow };

test('two policies of one name are refused', () => {
  expect(findingsOfPayments(paymentPolicyUnique, { policies: [policy, { ...policy, groups: ['admin'] }] })).toEqual([
    'payments.policies.1.name: a policy above is called staff too; give one of them another name',
  ]);
});

test('policies of different names pass', () => {
  expect(findingsOfPayments(paymentPolicyUnique, { policies: [policy, { ...policy, name: 'more' }] })).toEqual([]);
});
