import { authorityCertificate, ldap, mariadb, oidc, postgres, secret, valkey } from '../../../src/contracts/index.ts';
import { file, http, json, lines, tcp, volume } from '../../../src/service/index.ts';
import type { Secret, Service } from '../../../src/service/index.ts';
import { byName, sampleApp, sampleEdge, samplePayers, sampleProvider, sampleService, sampleSignOn } from '../../../src/stack/sample.ts';

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
    env: () => ({ SSL_CERT_FILE: file(authorityCertificate) }),
    route: { port: 'web', access: { login: 'login', groups: ['operator'], start: '/login' }, roles: { editor: ['admin'], reader: ['operator'] } },
  }),
  sampleProvider('mailer', 'smtp', 587),
  ...samplePayers,
  sampleApp('nextcloud', { needs: { db: mariadb(), cache: valkey() } }),
  sampleService('worker', { needs: { db: postgres() } }),
  sampleApp('stalwart', { conflicts: ['postfix'], ports: { web: http(8080), smtp: tcp(25) }, publish: ['smtp'] }),
  sampleApp('model', { gpu: { vram: '12GiB' }, limits: { memory: '4GiB', cpus: 4 } }),
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
  twofold: sampleApp('twofold', { needs: { login: oidc({ callback: '/callback' }), more: oidc({ callback: '/more#it' }) }, env: () => ({ SSL_CERT_FILE: file(authorityCertificate) }) }),
  postgres: sampleApp('postgres', { needs: { db: postgres() } }),
  admin: sampleApp('admin', { route: { port: 'web', access: { groups: ['cn=admin'] } } }),
  famous: sampleApp('famous', { env: () => ({ ADMIN_PASSWORD: 'admin' }), files: { main: { path: '/a.json', content: () => json({ db: { apiToken: 'changeit' } }) } } }),
  polyglot: sampleApp('polyglot', { needs: { db: postgres() }, env: () => ({ DB_TYPE: 'mysql', DATABASE_URL: 'sqlite:///data/x.db' }) }),
  dialler: sampleApp('dialler', { env: () => ({ API: 'http://planka:9000/api', DATABASE: 'tcp://postgresql:5432' }) }),
  sealed: sampleApp('sealed', { env: () => ({ TLS_CERT: '/certs/site.pem' }), command: () => ['serve', '--tls-key=/certs/site.key'] }),
  doubter: sampleApp('doubter', { needs: { login: oidc({ callback: '/callback' }) } }),
  talkative: sampleApp('talkative', { env: () => ({ CACHE: 'redis://app:hunter2@cache.example.net/0' }), command: () => ['serve', '--password=hunter2'], setup: () => [{ title: 'the owner', argv: ['app', 'adduser', 'anna', '--password', 'hunter2'] }] }),
  deaf: sampleApp('deaf', {
    ports: { web: http(3000) },
    health: { command: ['wget', '-qO-', 'http://127.0.0.1:8080/'] },
    smoke: { command: ['wget', '-qO-', 'http://localhost:3000/'] },
    command: () => ['serve', '--url=${PUBLIC_URL}', '--home=$HOME'],
    setup: () => [{ title: 'first user', argv: ['app', 'adduser'], input: '{{ADMIN}}' }],
  }),
  prying: sampleApp('prying', {
    conflicts: ['wekann', 'nosuch'],
    hostPaths: [
      { path: '/var/run/docker.sock', reason: 'it lists containers' },
      { path: '/', target: '/host', reason: 'it looks around' },
    ],
    env: () => ({ BOARDS: 'planka:9000', API_TOKEN: 'f0e1d2c3b4' }),
  }),
  listener: sampleApp('listener', {
    ports: { web: http(3000) },
    needs: { admin: secret({ kind: 'password' }) },
    env: ({ admin }) => ({ PORT: 3000, ADDRESS: '0.0.0.0:3000', ADMIN_PASSWORD: admin as Secret }),
  }),
  'half-a-sign-on': { ...sampleApp('half-a-sign-on', { provides: { 'sign-on': { port: 'web' }, postgres: { port: 'web' } } }), limits: undefined },
  abroad: sampleApp('abroad', { needs: { login: oidc({ callback: '//example.net/callback' }) } }),
  cheerful: sampleApp('cheerful', { health: { command: ['true'] }, smoke: { path: '/', expect: { status: 502 } } }),
  linker: sampleApp('linker', { env: () => ({ HOME_URL: 'http://linker.home.localhost/', DOCS_URL: 'https://docs.home.localhost/', PRINTER: 'ipp://printer.local:631/' }) }),
  shelly: sampleApp('shelly', { env: () => ({ DATA: '$HOME/data', data: ' x' }) }),
  floating: sampleApp('floating', { image: 'example/browserless-chromium:2-alpine' }),
  covered: sampleApp('covered', { volumes: { data: volume('/data', { role: 'data', backup: 'daily' }), system: volume('/etc', { role: 'config', backup: 'daily' }) }, tmpfs: ['/data/uploads'] }),
  nested: sampleApp('nested', {
    files: { main: { path: '/etc/nested', content: () => lines('a') }, more: { path: '/etc/nested/more.conf', content: () => lines('b') }, system: { path: '/usr', content: () => lines('c') } },
    volumes: { data: volume('/host/sys/data', { role: 'data', backup: 'daily' }) },
    hostPaths: [{ path: '/sys', target: '/host/sys', reason: 'figures of the machine' }],
  }),
  finished: sampleApp('finished', { command: () => ['sh', '-c', 'app check && app migrate'], user: '0:0', allow: { root: 'it mounts disks', capabilities: { SYS_ADMIN: 'disks' } } }),
  forge: sampleService('forge', { ports: { ssh: tcp(22), git: tcp(22) }, publish: ['ssh'], health: { port: 'ssh' } }),
  shy: sampleApp('shy', { health: { port: 'web', path: '/api' }, smoke: { path: '/api', expect: { status: 401 } } }),
  gullible: sampleApp('gullible', { env: () => ({ NODE_TLS_REJECT_UNAUTHORIZED: 0, APP_DEBUG: true, TRUSTED_PROXIES: '' }) }),
};
