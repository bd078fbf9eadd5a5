import { expect, test } from 'vitest';
import { paymentsSchema } from '../../contracts/index.ts';
import { findingsOf, findingsOfPayments, samplePayers } from '../sample.ts';
import { paymentProviderExists } from './payment-provider-exists.ts';

const payments = paymentsSchema.parse({
  chains: { base: { id: 8453, rpcs: ['https://rpc.example.net'], max_fee_gwei: '5' } },
  tokens: [{ id: 'coin', chain: 8453 }],
});

test('payments without the services that pay and decide are refused', () => {
  expect(findingsOf(paymentProviderExists, [], { declaration: { payments }, others: samplePayers })).toEqual([
    'payments.chains: no chosen service pays on chains; add payer under services:, or take payments out',
    'payments.tokens: no chosen service decides about transfers; add desk under services:, or take payments out',
  ]);
});

test('payments with both pass, and neither is asked for where nothing is said', () => {
  expect(findingsOfPayments(paymentProviderExists, {})).toEqual([]);
  expect(findingsOf(paymentProviderExists, [])).toEqual([]);
  expect(findingsOf(paymentProviderExists, [], { declaration: { payments: paymentsSchema.parse({}) } })).toEqual([]);
});
