import { expect, test } from 'vitest';
import { ldap, oidc, postgres, reach } from '../contracts/index.ts';
import type { Service } from '../service/index.ts';
import { http } from '../service/index.ts';
import { sampleApp, sampleEdge, sampleProvider, sampleService, sampleSignOn, sampleStack } from './sample.ts';

const database = sampleProvider('postgresql', 'postgres', 5432);
const directory = sampleProvider('openldap', 'ldap', 389);

function networksIn(...services: readonly Service[]): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(sampleStack(services).services.map(({ name, networks }) => [name, networks]));
}

test('the edge and what it routes to meet on the edge network, and nowhere else', () => {
  expect(networksIn(sampleEdge, sampleApp('wiki'))).toEqual({ caddy: ['edge'], wiki: ['edge'] });
});

test('a database is on the network without a way out, and its clients join it there', () => {
  expect(networksIn(database, sampleApp('wiki', { needs: { db: postgres() } }), sampleApp('other'))).toEqual({
    other: ['edge'],
    postgresql: ['data'],
    wiki: ['data', 'edge'],
  });
});

test('an application never shares the network of a database it does not use', () => {
  const { wiki } = networksIn(database, directory, sampleSignOn, sampleApp('wiki'));
  expect(wiki).not.toContain('data');
});

test('a client of sign-on meets it on the network of applications', () => {
  const signOn = { ...sampleSignOn, provides: { 'sign-on': { port: 'web' }, oidc: { port: 'web' } }, needs: { people: ldap() } };
  expect(networksIn(signOn, directory, sampleApp('wiki', { needs: { sso: oidc({ callback: '/callback' }) } }))).toEqual({
    gate: ['apps', 'data', 'edge'],
    openldap: ['data'],
    wiki: ['apps', 'edge'],
  });
});

test('what has metrics meets the server that scrapes them, and only where there is one', () => {
  const exporter = sampleService('node-exporter', { metrics: { port: 'web', path: '/metrics' } });
  expect(networksIn(exporter)).toEqual({ 'node-exporter': [] });
  expect(networksIn(exporter, sampleProvider('prometheus', 'metrics', 9090))).toEqual({ 'node-exporter': ['apps'], prometheus: ['apps'] });
});

test('a tool that reaches databases is on their network, also where there are several', () => {
  const adminer = sampleApp('adminer', { needs: { servers: reach('postgres', 'mariadb') } });
  expect(networksIn(adminer)['adminer']).toEqual(['edge']);
  expect(networksIn(adminer, database, sampleProvider('second', 'postgres', 5433))).toEqual({
    adminer: ['data', 'edge'],
    postgresql: ['data'],
    second: ['data'],
  });
});

test('who believes a header, or asks nobody who comes, is alone with the edge behind a door of its own', () => {
  const behind = (parts: object): Service => sampleApp('notes', { route: { port: 'web', access: { groups: ['viewer'], ...parts } } });
  expect(networksIn(sampleEdge, sampleSignOn, behind({}))['notes']).toEqual(['edge']);
  for (const parts of [{ alone: 'it asks nobody' }, { identity: { user: 'X-Remote-User' } }]) {
    expect(networksIn(sampleEdge, sampleSignOn, behind(parts))).toMatchObject({ caddy: ['door-notes', 'edge'], notes: ['door-notes'] });
  }
});

test('who believes a header meets whom it needs, and who reads its figures, where none of their other clients is', () => {
  const scraper = sampleProvider('prometheus', 'metrics', 9090);
  const route = { port: 'web', access: { groups: ['viewer'], identity: { user: 'X-Remote-User' } } } as const;
  const notes = sampleApp('notes', { route, needs: { db: postgres() }, metrics: { port: 'web', path: '/metrics' } });
  expect(networksIn(sampleSignOn, scraper, database, notes, sampleApp('wiki', { needs: { db: postgres() } }))).toMatchObject({
    notes: ['apps-for-notes', 'data-for-notes', 'door-notes'],
    postgresql: ['data', 'data-for-notes'],
    prometheus: ['apps', 'apps-for-notes'],
    wiki: ['data', 'edge'],
  });
});

test('a worker of who believes a header meets who reads its figures where nobody else is either', () => {
  const route = { port: 'web', access: { groups: ['viewer'], identity: { user: 'X-Remote-User' } } } as const;
  const jobs = {
    ports: { figures: http(9000) },
    health: { port: 'figures' },
    limits: { memory: '64MiB', cpus: 1 },
    metrics: { port: 'figures', path: '/metrics' },
  } as const;
  const notes = sampleApp('notes', { route, workers: { jobs } });
  expect(networksIn(sampleEdge, sampleSignOn, sampleProvider('prometheus', 'metrics', 9090), notes)).toMatchObject({
    notes: ['door-notes'],
    'notes-jobs': ['apps-for-notes', 'door-notes'],
    prometheus: ['apps', 'apps-for-notes'],
  });
});

test('what publishes a port is on a network from which it can be published', () => {
  expect(networksIn(sampleService('openldap', { provides: { ldap: { port: 'web' } }, publish: ['web'] }))).toEqual({
    openldap: ['apps', 'data'],
  });
});
