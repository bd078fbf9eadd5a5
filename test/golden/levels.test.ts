import { expect, test } from 'vitest';
import { miniflux } from '../../src/catalog/apps/miniflux.ts';
import { postgresql } from '../../src/catalog/data/postgresql.ts';
import { catalog } from '../../src/catalog/index.ts';
import { levelRecords } from '../../src/levels/levels.ts';
import type { Service } from '../../src/service/index.ts';
import { proofDigest } from './proof-digest.ts';
import { smallestCluster } from './smallest-cluster.ts';

test('levels.json says of each service of the catalog what was proved of the definition that it has now', async () => {
  const recorded = Object.entries(levelRecords).map(([name, { of }]) => `${name} ${of}`);
  const now = await Promise.all(Object.keys(catalog).map(async (name) => `${name} ${await proofDigest(name)}`));
  expect(recorded, 'record what is proved with: npm run levels').toEqual(now);
});

test.each<[string, Readonly<Record<string, Service>>]>([
  ['limits', { miniflux: { ...miniflux, limits: { memory: '1GiB', cpus: 1 } } }],
  ['environment', { miniflux: { ...miniflux, env: () => ({ OTHER: '1' }) } }],
  ['recipe', { miniflux: { ...miniflux, debian: 'radicale' } }],
  ['access', { miniflux: { ...miniflux, route: { port: 'web', access: { open: 'a test' } } } }],
])('another definition of its %s makes a proof stale', async (_, changed) => {
  expect(await proofDigest('miniflux', { ...catalog, ...changed })).not.toBe(await proofDigest('miniflux'));
});

test.each<[string, Readonly<Record<string, Service>>]>([
  ['title', { miniflux: { ...miniflux, title: 'Feeds' } }],
  ["provider's limits", { postgresql: { ...postgresql, limits: { memory: '1GiB', cpus: 1 } } }],
])('another %s does not', async (_, changed) => {
  expect(await proofDigest('miniflux', { ...catalog, ...changed })).toBe(await proofDigest('miniflux'));
});

test.each([
  ['a service with a database', 'miniflux', ['caddy', 'gate', 'miniflux', 'openldap', 'postgresql', 'valkey']],
  ['a sign-on server of its own', 'authelia', ['authelia', 'caddy', 'openldap', 'postgresql', 'valkey']],
  ['one that reaches for any of several', 'adminer', ['adminer', 'caddy', 'gate', 'openldap', 'postgresql', 'valkey']],
  ['one that is only scraped', 'node-exporter', ['caddy', 'gate', 'node-exporter', 'openldap', 'prometheus', 'valkey']],
  ['one that nothing else would use', 'nats', ['caddy', 'client', 'gate', 'nats', 'openldap', 'valkey']],
])('%s stands in the smallest cluster with its providers, the door and at most one neighbour', (_, name, expected) => {
  expect(Object.keys(smallestCluster(name).declaration.services)).toEqual(expected);
});
