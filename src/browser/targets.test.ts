import { expect, test } from 'vitest';
import { refuseInner } from './addresses.ts';
import { type Destination, type TargetRules, findDestination } from './targets.ts';

const names: Readonly<Record<string, readonly string[]>> = {
  caddy: ['172.18.0.5'],
  'example.net': ['93.184.216.34', '2606:4700::1111'],
  'inner.example.net': ['10.0.0.7'],
  'both.example.net': ['127.0.0.1', '93.184.216.34'],
  planka: ['172.18.0.6'],
};
const rules: TargetRules = {
  domain: 'home.localhost',
  edge: { host: 'caddy', port: 8443 },
  inner: new Set(['planka:3000', 'fd00::7:8080']),
  isRefused: refuseInner(),
  resolve: async (host) => names[host] ?? Promise.reject(new Error(`nobody knows ${host}`)),
};

async function tunnelTo(host: string, port = 443): Promise<Destination> {
  return await findDestination(rules, { host, port }, true);
}

test('a name of the internet leads to its addresses', async () => {
  expect(await tunnelTo('EXAMPLE.net.')).toEqual({ kind: 'connect', addresses: names['example.net'], port: 443 });
});

test('a name that leads inside is refused, and of several addresses only those outside are taken', async () => {
  expect(await tunnelTo('inner.example.net')).toEqual({ kind: 'refused' });
  expect(await tunnelTo('both.example.net')).toEqual({ kind: 'connect', addresses: ['93.184.216.34'], port: 443 });
});

test('the hosts of the cluster lead to its edge, at its public port alone', async () => {
  const edge = { kind: 'connect', addresses: ['172.18.0.5'], port: 8443 };
  expect([await tunnelTo('home.localhost', 8443), await tunnelTo('wiki.home.localhost', 8443)]).toEqual([edge, edge]);
  expect(await tunnelTo('wiki.home.localhost', 2020)).toEqual({ kind: 'refused' });
  expect(await findDestination(rules, { host: 'wiki.home.localhost', port: 80 }, false)).toEqual({ kind: 'over-tls', port: 8443 });
  expect(await tunnelTo('evilhome.localhost')).toEqual({ kind: 'refused' });
});

test('the edge itself, and others beside it, are reached by no name of their own but where they are listed', async () => {
  expect(await tunnelTo('caddy')).toEqual({ kind: 'refused' });
  expect(await tunnelTo('planka', 3001)).toEqual({ kind: 'refused' });
  expect(await tunnelTo('planka', 3000)).toEqual({ kind: 'connect', addresses: ['172.18.0.6'], port: 3000 });
});

test('an address of IPv6 that is listed is reached', async () => {
  const rulesWith = { ...rules, resolve: async (host: string) => [host] };
  expect(await findDestination(rulesWith, { host: '[fd00::7]', port: 8080 }, true)).toEqual({
    kind: 'connect',
    addresses: ['fd00::7'],
    port: 8080,
  });
  expect(await findDestination(rulesWith, { host: '[fd00::7]', port: 80 }, true)).toEqual({ kind: 'refused' });
});

test('this machine is refused without asking anybody', async () => {
  expect([await tunnelTo('localhost'), await tunnelTo('a.localhost')]).toEqual([{ kind: 'refused' }, { kind: 'refused' }]);
});

test('a name that nobody knows is no refusal', async () => {
  expect(await tunnelTo('nowhere.example.net')).toEqual({ kind: 'unknown', why: 'nobody knows nowhere.example.net' });
});

test.each(['127.0.0.1', '[::1]', '169.254.169.254'])('%s, which needs no name server, is refused', async (host) => {
  const { resolve: _, ...asTheSystem } = rules;
  expect(await findDestination(asTheSystem, { host, port: 80 }, false)).toEqual({ kind: 'refused' });
});
