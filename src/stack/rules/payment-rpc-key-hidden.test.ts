import { expect, test } from 'vitest';
import { findingsOfPayments } from '../sample.ts';
import { paymentRpcKeyHidden } from './payment-rpc-key-hidden.ts';

const chain = { id: 8453, max_fee_gwei: '5' };

test.each(['https://rpc.example.net/v2/0123456789abcdef0123456789abcdef', 'https://rpc.example.net?apikey=aB3dE6gH9jK2mN5pQ8sT1vW4'])(
  'the key in %s is refused, and shown by no message',
  (rpc) => {
    expect(findingsOfPayments(paymentRpcKeyHidden, { chains: { base: { ...chain, rpcs: [rpc] } } })).toEqual([
      'payments.chains.base.rpcs.0: the address at rpc.example.net holds what looks like a key; write {base} in place of the key, and give the key with: datamancy secrets set payments.base',
    ]);
  },
);

const key = '0123456789abcdef0123456789abcdef';

function fixesFor(name: string, rpcs: readonly string[]): readonly string[] {
  const found = findingsOfPayments(paymentRpcKeyHidden, { chains: { [name]: { ...chain, rpcs } } });
  return found.map((text) => text.replace(/.*; write /, ''));
}

test('each of several keys of a chain gets a name of its own, so that none goes to another provider', () => {
  const [first, second] = [`https://a.example/${key}`, `https://b.example/${key}`];
  expect(fixesFor('base', [first, 'https://c.example', second])).toEqual([
    '{base-1} in place of the key, and give the key with: datamancy secrets set payments.base-1',
    '{base-3} in place of the key, and give the key with: datamancy secrets set payments.base-3',
  ]);
  expect(fixesFor('base', ['https://a.example/{base}', second])).toEqual([
    '{base-2} in place of the key, and give the key with: datamancy secrets set payments.base-2',
  ]);
});

test('the name that is proposed is one that an address may hold, however long the name of the chain', () => {
  const longest = 'b'.repeat(32);
  const names = fixesFor(longest, [`https://a.example/${key}`, `https://b.example/${key}`]).map((fix) => /\{.*\}/.exec(fix)?.[0] ?? '');
  expect(new Set(names).size).toBe(2);
  expect(
    fixesFor(
      longest,
      names.map((name) => `https://a.example/${name}`),
    ),
  ).toEqual([]);
});

test('addresses without a key pass, and those in which a secret stands for it', () => {
  const rpcs = [
    'https://base-mainnet.example.net',
    'https://rpc.example.net/base/mainnet/v2/',
    'https://rpc.example.net/v2/{base}',
    'https://a.example/100%/base-mainnet-archive-node-v2',
  ];
  expect(findingsOfPayments(paymentRpcKeyHidden, { chains: { base: { ...chain, rpcs } } })).toEqual([]);
});
