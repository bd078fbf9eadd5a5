import { ldap, oidc, postgres } from '../../contracts/index.ts';
import type { Access, Service } from '../../service/index.ts';
import { defineService, http, tcp } from '../../service/index.ts';
import { common } from './catalog.ts';

function app<const Name extends string>(name: Name, access: Exclude<Access, { login: unknown } | { directory: unknown }>): Service<Name> {
  return defineService(name, { ...common, ports: { web: http(8080) }, route: { port: 'web', access }, health: { port: 'web' } });
}

function clientApp<const Name extends string>(name: Name, group: string): Service<Name> {
  return defineService(name, {
    ...common,
    ports: { web: http(8080) },
    needs: { login: oidc({ callback: '/callback' }) },
    route: { port: 'web', access: { login: 'login', groups: [group], start: '/login' } },
    health: { port: 'web' },
  });
}

/** A cluster with every kind of access there is. */
export const accessCatalog: readonly Service[] = [
  app('calendar', { groups: ['viewer'], basic: 'for tests' }),
  app('club', { groups: ['family'] }),
  app('docs', { groups: ['viewer'] }),
  app('hooks', { groups: ['viewer'], bypass: [{ path: '/api', authentication: 'for tests' }] }),
  app('panel', { groups: ['admin'] }),
  app('site', { open: 'for tests' }),
  app('vault', { groups: ['operator'], secondFactor: true }),
  clientApp('board', 'viewer'),
  clientApp('wiki', 'admin'),
  defineService('notes', {
    ...common,
    ports: { web: http(8080) },
    needs: { people: ldap() },
    route: { port: 'web', access: { directory: 'people', why: 'for tests' } },
    health: { port: 'web' },
  }),
  defineService('directory', { ...common, ports: { ldap: tcp(389) }, provides: { ldap: { port: 'ldap' } }, health: { port: 'ldap' } }),
  defineService('front', {
    ...common,
    ports: { http: http(80), https: http(443), status: http(2020) },
    publish: ['http', 'https'],
    provides: { edge: { port: 'https' } },
    health: { port: 'https' },
  }),
  defineService('login', {
    ...common,
    ports: { web: http(9091) },
    provides: { 'sign-on': { port: 'web' }, oidc: { port: 'web' } },
    route: { port: 'web', host: 'auth', access: { open: 'people sign in here' } },
    health: { port: 'web' },
  }),
  defineService('rows', { ...common, ports: { sql: tcp(5432) }, provides: { postgres: { port: 'sql' } }, health: { port: 'sql' } }),
  defineService('sums', { ...common, ports: { web: http(8000) }, needs: { db: postgres() }, health: { port: 'web' } }),
];
