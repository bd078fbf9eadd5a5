import { expect, test } from 'vitest';
import { findingsOfPayments } from '../sample.ts';
import { paymentChainUnique } from './payment-chain-unique.ts';

const chain = { id: 8453, rpcs: ['https://rpc.example.net'], max_fee_gwei: '5' };

test('two chains of one id are refused', () => {
  expect(findingsOfPayments(paymentChainUnique, { chains: { base: chain, again: chain } })).toEqual([
    'payments.chains.again.id: chain 8453 is named above already; write its RPCs under one name',
  ]);
});

test('chains of different ids pass', () => {
  expect(findingsOfPayments(paymentChainUnique, { chains: { base: chain, other: { ...chain, id: 1 } } })).toEqual([]);
});
