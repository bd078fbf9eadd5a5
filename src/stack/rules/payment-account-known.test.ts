import { expect, test } from 'vitest';
import { findingsOfPayments } from '../sample.ts';
import { paymentAccountKnown } from './payment-account-known.ts';

const allow = [{ chain: 8453, token: 'coin', max_per_transfer: '1', max_per_day: '1', recipients: 'any' }];
const policy = { name: 'staff', groups: ['operator'], max_per_hour: 9, allow };

test('a policy that pays from an account that is not declared is refused', () => {
  expect(findingsOfPayments(paymentAccountKnown, { policies: [{ ...policy, account: 'man' }] })).toEqual([
    'payments.policies.0.account: policy staff pays from account man, and there is main; write main',
  ]);
  expect(findingsOfPayments(paymentAccountKnown, { policies: [{ ...policy, account: 'savings' }] })).toEqual([
    'payments.policies.0.account: policy staff pays from account savings, and there is main; add savings to payments.accounts, or name one of them',
  ]);
  expect(
    findingsOfPayments(paymentAccountKnown, { accounts: [], policies: [policy, { ...policy, name: 'more', account: 'savings' }] }),
  ).toEqual([
    'payments.policies.0.account: policy staff pays from account main, and there is none; add main to payments.accounts',
    'payments.policies.1.account: policy more pays from account savings, and there is none; add savings to payments.accounts',
  ]);
});

test('accounts that are declared pass, and main where nothing is said', () => {
  expect(findingsOfPayments(paymentAccountKnown, {})).toEqual([]);
  expect(findingsOfPayments(paymentAccountKnown, { accounts: ['savings'], policies: [{ ...policy, account: 'savings' }] })).toEqual([]);
});
