import { expect, test } from 'vitest';
import { printValue } from '../service/index.ts';
import type { GrantRecord } from './contract.ts';
import { type EvmGrant, evmContract } from './evm.ts';

const provider = { name: 'evm-broadcaster', provision: {}, address: { host: 'evm-broadcaster', port: 8081 }, url: '' };
const cluster = { name: 'test', domain: 'example.org', bind: '127.0.0.1', admin: { name: 'anna', email: 'anna@example.org' } };

function granted(client: string, key: string): GrantRecord<Readonly<Record<string, never>>, EvmGrant> {
  const { grant, secrets } = evmContract.grant({ client: { name: client, url: '' }, key, request: {}, provider, cluster });
  return { kind: 'evm', client, key, provider: provider.name, request: {}, grant, secrets, clientUrl: '' };
}

test('the broadcaster is told every token of every client, also of one with two needs', () => {
  const grants = [granted('shop', 'chains'), granted('tx-gateway', 'chains'), granted('shop', 'payouts')];
  const [step] = evmContract.apply?.({ cluster, groups: [], provider, grants }) ?? [];
  const told = step && printValue(step.input, { secret: ({ id }) => id, file: () => '' });
  expect(JSON.parse(told ?? '')).toEqual({ shop: ['shop.chains', 'shop.payouts'], 'tx-gateway': ['tx-gateway.chains'] });
});
