import { ldap, mariadb, oidc, postgres, secret, valkey } from '../../../src/contracts/index.ts';
import { http, lines, tcp, volume } from '../../../src/service/index.ts';
import type { Service } from '../../../src/service/index.ts';
import { byName, sampleApp, sampleEdge, sampleProvider, sampleService, sampleSignOn } from '../../../src/stack/sample.ts';

const board = { port: 'web', host: 'boards', access: { open: 'it has its own login' } } as const;

/** A small catalog: sound services, and some that are sound by themselves and wrong together. */
export const catalog: Readonly<Record<string, Service>> = byName([
  sampleEdge,
  { ...sampleSignOn, provides: { ...sampleSignOn.provides, oidc: { port: 'web', signOut: 'yes' } } },
  sampleProvider('postgresql', 'postgres', 5432),
  sampleProvider('openldap', 'ldap', 389),
  sampleApp('authelia', { provides: { 'sign-on': { port: 'web' }, oidc: { port: 'web' } }, route: { port: 'web', host: 'auth', access: { open: 'it is the login' } } }),
  sampleApp('planka', { needs: { db: postgres() } }),
  sampleApp('kanboard', { route: board }),
  sampleApp('wekan', { route: board }),
  sampleApp('adminer', { route: { port: 'web', access: { groups: ['admin'] } } }),
  sampleApp('calendar', { route: { port: 'web', access: { groups: ['viewer'], basic: 'calendar apps show no sign-in page' } } }),
  sampleApp('grafana', {
    needs: { login: oidc({ callback: '/callback' }) },
    route: { port: 'web', access: { login: 'login', groups: ['operator'], start: '/login' }, roles: { editor: ['admin'], reader: ['operator'] } },
  }),
  sampleProvider('mailer', 'smtp', 587),
  sampleApp('nextcloud', { needs: { db: mariadb(), cache: valkey() } }),
  sampleService('worker', { needs: { db: postgres() } }),
  sampleService('maddy', { ports: { smtp: tcp(25) }, publish: ['smtp'], health: { port: 'smtp' } }),
  sampleService('postfix', { ports: { smtp: tcp(25) }, publish: ['smtp'], health: { port: 'smtp' } }),
  sampleService('tracker', { ports: { web: http(8443) }, publish: ['web'] }),
  { ...sampleProvider('dex', 'ldap', 389), needs: { db: postgres() } },
  { ...sampleProvider('pgdir', 'postgres', 5432), needs: { people: ldap() } },
]);

const { image: _, ...imageless } = sampleApp('handmade');

/** What owners wrote in services/*.ts, which no compiler has seen. */
export const ownServices: Readonly<Record<string, unknown>> = {
  'no-limits': { ...sampleApp('no-limits'), limits: undefined },
  misspelt: { ...sampleApp('misspelt'), volume: {}, user: 'root' },
  'not-a-service': 42,
  'wrong-port': sampleApp('wrong-port', { health: { port: 'wbe' } }),
  undecided: { ...sampleApp('undecided'), route: { port: 'web', access: {} } },
  unpinned: sampleApp('unpinned', { image: 'unpinned:latest' }),
  handmade: imageless,
  rooted: sampleApp('rooted', { user: '0:0', allow: { capabilities: { NET_BIND: 'it binds port 80' } } }),
  lonely: sampleService('lonely'),
  forgetful: sampleApp('forgetful', { needs: { session: secret({ kind: 'hex', bytes: 32 }) } }),
  thief: sampleApp('thief', { env: () => ({ KEY: { kind: 'secret', id: 'gate.session' } }) }),
  throwing: sampleApp('throwing', { env: () => ({ URL: (undefined as unknown as URL).href }) }),
  crowded: sampleApp('crowded', {
    volumes: { data: volume('/data', { role: 'data', backup: 'daily' }), more: volume('/data', { role: 'data', backup: 'daily' }) },
    files: { a: { path: '/etc/a', content: () => lines('{{NAME}}') }, b: { path: '/etc/a', content: () => lines('b') } },
  }),
  looped: sampleApp('looped', { env: () => ({ DATABASE: 'postgres://127.0.0.1:5432/x', 'BAD-NAME': 1 }) }),
  wide: sampleApp('wide', {
    route: { port: 'web', access: { groups: ['viewer'], bypass: [{ path: '/', authentication: 'a token' }], identity: { user: 'Cookie' } } },
  }),
  twofold: sampleApp('twofold', { needs: { login: oidc({ callback: '/callback' }), more: oidc({ callback: '/more#it' }) } }),
  postgres: sampleApp('postgres', { needs: { db: postgres() } }),
  admin: sampleApp('admin', { route: { port: 'web', access: { groups: ['cn=admin'] } } }),
};
