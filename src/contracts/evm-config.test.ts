import { expect, test } from 'vitest';
import { printContent } from '../service/index.ts';
import { type EvmConfigGrant, evmChainsContract } from './evm-config.ts';
import { paymentsSchema } from './evm-payments.ts';

function granted(rpcs: readonly string[]): { readonly rpcs: unknown; readonly secrets: readonly string[] } {
  const payments = paymentsSchema.parse({ chains: { base: { id: 8453, rpcs, max_fee_gwei: '5' } } });
  const { grant, secrets } = evmChainsContract.grant({
    client: { name: 'payer', url: '' },
    key: 'chains',
    request: {},
    provider: { name: '', provision: {}, address: { host: '', port: 0 }, url: '' },
    cluster: { name: 'test', domain: 'example.org', bind: '127.0.0.1', admin: { name: 'anna', email: 'anna@example.org' } },
    payments,
  });
  return { rpcs: readRpcs(grant), secrets: secrets.map(({ id }) => id) };
}

function readRpcs({ content }: EvmConfigGrant): unknown {
  const printed: unknown = JSON.parse(printContent(content, { secret: ({ id }) => `<${id}>`, file: () => '' }));
  return paymentsSchema.shape.chains.parse((printed as { readonly chains: unknown }).chains)['base']?.rpcs;
}

test('a name in braces stands for a secret that the owner gives, once for all addresses that hold it', () => {
  const rpcs = ['https://a.example/v2/{one}', 'https://b.example/{two}/x?key={one}', 'https://c.example'];
  expect(granted(rpcs)).toEqual({
    rpcs: ['https://a.example/v2/<payments.one>', 'https://b.example/<payments.two>/x?key=<payments.one>', 'https://c.example'],
    secrets: ['payments.one', 'payments.two'],
  });
});

test.each([
  'https://{key}.example.net',
  'https://{key}@rpc.example.net',
  'https://me:{key}@rpc.example.net',
  'https://rpc.example.net/{Key}',
  'https://rpc.example.net/{key',
  'ftp://rpc.example.net',
  'https://',
  'rpc.example.net',
])('%s is no address of an RPC', (rpc) => {
  expect(() => granted([rpc])).toThrow('is no address');
});
