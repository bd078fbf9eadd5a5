import { expect, test } from 'vitest';
import { findingsOfPayments } from '../sample.ts';
import { paymentChainKnown } from './payment-chain-known.ts';

const allow = [{ chain: 8453, token: 'coin', max_per_transfer: '1', max_per_day: '1', recipients: 'any' }];
const policy = { name: 'staff', groups: ['operator'], max_per_hour: 9, allow };

test('a token and a policy on a chain that is not declared are refused', () => {
  const policies = [{ ...policy, allow: allow.map((one) => ({ ...one, chain: 8454 })) }];
  expect(findingsOfPayments(paymentChainKnown, { tokens: [{ id: 'coin', chain: 1 }], policies })).toEqual([
    'payments.tokens.0.chain: token coin is on chain 1, and the chains are 8453 (base); name it with its RPCs under payments.chains, or write the id of one that is there',
    'payments.policies.0.allow.0.chain: policy staff allows transfers on chain 8454, and the chains are 8453 (base); name it with its RPCs under payments.chains, or write the id of one that is there',
  ]);
  expect(findingsOfPayments(paymentChainKnown, { chains: {}, tokens: [] })).toEqual([
    'payments.policies.0.allow.0.chain: policy staff allows transfers on chain 8453, and no chain is named; name it with its RPCs under payments.chains, or write the id of one that is there',
  ]);
});

test('chains that are declared pass', () => {
  expect(findingsOfPayments(paymentChainKnown, {})).toEqual([]);
});
