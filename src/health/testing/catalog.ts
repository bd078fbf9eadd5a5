import { ldap, mariadb, postgres, valkey } from '../../contracts/index.ts';
import type { Service } from '../../service/index.ts';
import { defineService, file, http, lines, tcp, text, volume } from '../../service/index.ts';

/** What every service of these catalogs shares. */
export const common = {
  title: 'Sample',
  summary: 'For tests.',
  docs: 'https://example.org/',
  licence: 'Apache-2.0',
  category: 'tools',
  debian: 'core',
  user: '1000:1000',
  limits: { memory: '64MiB', cpus: 0.5 },
} as const;

/** A small cluster with one of everything: an edge, sign-on, a directory, three databases, and apps of each kind of access. */
export const catalog: readonly Service[] = [
  defineService('app', {
    ...common,
    ports: { web: http(8080) },
    volumes: {
      data: volume('/srv/app', { role: 'data', backup: 'daily' }),
      cache: volume('/srv/cache', { role: 'cache', backup: { skip: 'made again' } }),
    },
    needs: { db: postgres(), sums: mariadb(), cache: valkey(), people: ldap() },
    route: { port: 'web', access: { groups: ['viewer'] } },
    health: { port: 'web' },
    env: ({ db, cache, url }) => ({ APP_URL: url, APP_CACHE: cache.address, APP_DATABASE: db.url, APP_KEY_FILE: file(db.password) }),
    files: {
      open: { path: '/etc/app/open.conf', content: ({ url }) => lines(`url = ${url}`, 'rule = {{ $labels.service }}') },
      private: { path: '/etc/app/private.conf', content: ({ db }) => lines(text`password = ${db.password}`) },
      start: { path: '/etc/app/start.sh', content: () => lines('exec app "${1:-serve}"') },
    },
  }),
  defineService('directory', { ...common, ports: { ldap: tcp(389) }, provides: { ldap: { port: 'ldap' } }, health: { port: 'ldap' } }),
  defineService('front', {
    ...common,
    ports: { http: http(80), https: http(443) },
    publish: ['http', 'https'],
    provides: { edge: { port: 'https' } },
    health: { port: 'https' },
    allow: { capabilities: { NET_BIND_SERVICE: 'for tests' } },
  }),
  defineService('keys', { ...common, ports: { keys: tcp(6379) }, provides: { valkey: { port: 'keys' } }, health: { port: 'keys' } }),
  defineService('login', {
    ...common,
    ports: { web: http(9091) },
    provides: { 'sign-on': { port: 'web' } },
    route: { port: 'web', host: 'auth', access: { open: 'people sign in here' } },
    health: { port: 'web' },
  }),
  defineService('rows', { ...common, ports: { sql: tcp(5432) }, provides: { postgres: { port: 'sql' } }, health: { port: 'sql' } }),
  defineService('site', { ...common, ports: { web: http(8000) }, needs: { db: postgres() }, health: { port: 'web' } }),
  defineService('pages', {
    ...common,
    ports: { web: http(8000) },
    route: { port: 'web', access: { groups: ['admin'] } },
    health: { port: 'web' },
  }),
  defineService('sums', { ...common, ports: { sql: tcp(3306) }, provides: { mariadb: { port: 'sql' } }, health: { port: 'sql' } }),
];
