import { ldap, mariadb, oidc, postgres, publicOidc, reach, secret, smtp, valkey } from '../../../src/contracts/index.ts';
import type { Service } from '../../../src/service/index.ts';
import { defineService, file, http, ini, lines, optional, rendered, tcp, text, volume, yaml } from '../../../src/service/index.ts';
import { forum } from './forum.ts';
import { hermit } from './hermit.ts';

const common = { summary: 'Made up for the golden files', docs: 'https://example.org/', licence: 'Apache-2.0', user: '1000:1000' } as const;
const limits = { memory: '64MiB', cpus: 0.25 } as const;

const edge = defineService('edge', {
  ...common,
  title: 'Edge',
  category: 'edge',
  image: 'caddy:2.11.2',
  ports: { http: http(80), https: http(443), health: http(8088), metrics: http(8089) },
  volumes: { certificates: volume('/data', { role: 'data', backup: 'daily' }) },
  needs: { routes: optional(reach('sign-on')) },
  provides: { edge: { port: 'https' } },
  publish: ['http', 'https'],
  health: { port: 'health', path: '/healthz' },
  metrics: { port: 'metrics', path: '/metrics' },
  limits,
  files: { config: { path: '/etc/caddy/Caddyfile', content: () => rendered('caddyfile') } },
});

const directory = defineService('directory', {
  ...common,
  title: 'Directory',
  category: 'identity',
  debian: 'openldap',
  ports: { ldap: tcp(389) },
  volumes: { data: volume('/var/lib/ldap', { role: 'data', backup: 'hourly' }) },
  needs: { administrator: secret({ kind: 'password' }) },
  provides: { ldap: { port: 'ldap' } },
  health: { port: 'ldap', startSeconds: 60 },
  limits,
  tmpfs: ['/run/slapd'],
  env: ({ administrator }) => ({ LDAP_ADMIN_PASSWORD_FILE: file(administrator) }),
});

const database = defineService('database', {
  ...common,
  title: 'Database',
  category: 'data',
  image: 'pgvector/pgvector:0.8.0-pg17',
  debian: 'postgresql',
  ports: { postgres: tcp(5432) },
  volumes: { data: volume('/var/lib/postgresql/data', { role: 'data', backup: 'hourly' }) },
  needs: { superuser: secret({ kind: 'password' }) },
  provides: { postgres: { port: 'postgres', superuser: 'postgres' } },
  health: { command: ['pg_isready', '--username', 'postgres'] },
  limits: { memory: '1GiB', cpus: 1, pids: 300 },
  stopSeconds: 60,
  env: ({ superuser, here }) => ({ POSTGRES_PASSWORD_FILE: file(superuser), PGDATA: here.volume.data }),
});

const sql = defineService('sql', {
  ...common,
  title: 'SQL',
  category: 'data',
  image: 'mariadb:11.8',
  ports: { mysql: tcp(3306) },
  volumes: { data: volume('/var/lib/mysql', { role: 'data', backup: 'hourly' }) },
  needs: { root: secret({ kind: 'password' }) },
  provides: { mariadb: { port: 'mysql' } },
  health: { command: ['healthcheck.sh', '--connect'] },
  limits,
  env: ({ root }) => ({ MARIADB_ROOT_PASSWORD_FILE: file(root) }),
});

const cache = defineService('cache', {
  ...common,
  title: 'Cache',
  category: 'data',
  image: 'valkey/valkey:8.1',
  ports: { valkey: tcp(6379) },
  volumes: { data: volume('/data', { role: 'cache', backup: { skip: 'it can be filled again' } }) },
  needs: { password: secret({ kind: 'password' }) },
  provides: { valkey: { port: 'valkey' } },
  health: { port: 'valkey' },
  limits,
  env: ({ password }) => ({ VALKEY_PASSWORD_FILE: file(password) }),
});

const post = defineService('post', {
  ...common,
  title: 'Mail',
  category: 'communication',
  image: 'mail/server:1.0',
  user: '0:0',
  ports: { submission: tcp(587), smtp: tcp(25) },
  volumes: { spool: volume('/var/spool/postfix', { role: 'data', backup: 'daily' }) },
  provides: { smtp: { port: 'submission' } },
  publish: ['smtp'],
  health: { port: 'smtp' },
  limits,
  allow: {
    root: 'its master process changes the user of each part',
    writableRoot: 'it writes its aliases beside its program',
    privileges: 'its parts are setgid programs',
    capabilities: { SETUID: 'to change the user of each part', CHOWN: 'to own its queues' },
  },
});

const guard = defineService('guard', {
  ...common,
  title: 'Sign-on',
  category: 'identity',
  image: 'authelia/authelia:4.39.15',
  ports: { http: http(9091), metrics: http(9959) },
  volumes: { data: volume('/data', { role: 'data', backup: 'hourly' }) },
  needs: {
    people: ldap({ passwords: 'write' }),
    sessions: valkey({ prefix: 'authelia-session' }),
    mail: smtp(),
    session: secret({ kind: 'hex', bytes: 32 }),
    storage: secret({ kind: 'hex', bytes: 32 }, { keeps: 'data' }),
    reset: secret({ kind: 'hex', bytes: 32 }),
    tokens: secret({ kind: 'base64url', bytes: 48 }),
    signing: secret({ kind: 'signing-keys' }),
  },
  provides: { 'sign-on': { port: 'http' }, oidc: { port: 'http', hmac: 'tokens', keys: 'signing', signOut: 'yes' } },
  route: { port: 'http', host: 'auth', access: { open: 'it is where people sign in' } },
  health: { port: 'http', path: '/api/health' },
  metrics: { port: 'metrics', path: '/metrics' },
  alerts: [{ name: 'ManyFailedLogins', expr: 'rate(authelia_authn{success="false"}[5m]) > 1', for: '5m', severity: 'warning', summary: 'many sign-ins fail' }],
  limits,
  env: ({ people, session, storage, sessions, reset, mail }) => ({
    AUTHELIA_IDENTITY_VALIDATION_RESET_PASSWORD_JWT_SECRET_FILE: file(reset),
    AUTHELIA_NOTIFIER_SMTP_PASSWORD_FILE: file(mail.password),
    AUTHELIA_AUTHENTICATION_BACKEND_LDAP_PASSWORD_FILE: file(people.bindPassword),
    AUTHELIA_SESSION_REDIS_PASSWORD_FILE: file(sessions.password),
    AUTHELIA_SESSION_SECRET_FILE: file(session),
    AUTHELIA_STORAGE_ENCRYPTION_KEY_FILE: file(storage),
  }),
  files: {
    config: { path: '/config/configuration.yml', content: () => rendered('authelia') },
    apps: { path: '/config/portal.json', content: () => rendered('portal') },
  },
});

const watch = defineService('watch', {
  ...common,
  title: 'Metrics',
  category: 'monitoring',
  debian: 'prometheus',
  image: 'prom/prometheus:v2.53.3',
  ports: { http: http(9090) },
  provides: { metrics: { port: 'http' } },
  route: { port: 'http', access: { groups: ['operator', 'admin'] } },
  health: { port: 'http', path: '/-/ready' },
  metrics: { port: 'http', path: '/metrics' },
  limits,
  files: {
    config: { path: '/etc/prometheus/prometheus.yml', content: () => rendered('prometheus') },
    rules: { path: '/etc/prometheus/rules.yml', content: () => rendered('prometheus-rules') },
  },
});

const alarms = defineService('alarms', {
  ...common,
  title: 'Alarms',
  category: 'monitoring',
  image: 'prom/alertmanager:v0.28.1',
  ports: { http: http(9093) },
  provides: { alerting: { port: 'http' } },
  route: { port: 'http', access: { groups: ['admin'], secondFactor: true } },
  health: { port: 'http', path: '/-/ready' },
  metrics: { port: 'http', path: '/metrics' },
  limits,
  files: { config: { path: '/etc/alertmanager/alertmanager.yml', content: () => rendered('alertmanager') } },
});

const bell = defineService('bell', {
  ...common,
  title: 'Notifications',
  category: 'communication',
  image: 'binwiederhier/ntfy:v2.11.0',
  ports: { http: http(8080) },
  provides: { notify: { port: 'http', topic: 'cluster' } },
  route: { port: 'http', access: { open: 'it has accounts of its own' } },
  health: { port: 'http', path: '/v1/health' },
  limits,
});

const handbook = defineService('handbook', {
  ...common,
  title: 'Handbook',
  category: 'docs',
  debian: 'mkdocs',
  ports: { http: http(8000) },
  route: { port: 'http', host: 'docs', access: { groups: ['viewer', 'operator', 'admin'] } },
  health: { port: 'http' },
  limits,
  command: ({ here }) => ['mkdocs', 'serve', '--config-file', here.file.config, '--dev-addr', `${here.listen.http.address}:${here.listen.http.port}`],
  files: {
    config: { path: '/docs/mkdocs.yml', content: () => rendered('mkdocs-config') },
    pages: { path: '/docs/docs', content: () => rendered('mkdocs-pages') },
  },
});

/** Every way in which an app can leave the question who asks to the edge. */
const shelf = defineService('shelf', {
  ...common,
  title: 'Shelf',
  category: 'apps',
  image: 'example/shelf:3.1.0',
  ports: { http: http(8080) },
  route: {
    port: 'http',
    access: {
      groups: ['readers'],
      basic: 'book readers send a name and a password with each request',
      identity: { user: 'X-WebAuth-User', groups: 'X-WebAuth-Groups' },
      bypass: [{ path: '/opds/v1.2', authentication: 'a token of the person' }],
    },
    roles: { librarian: ['readers'] },
  },
  health: { port: 'http', path: '/' },
  limits,
});

/** Every way in which a secret can reach an app, and every character that a format could trip over. */
const board = defineService('board', {
  ...common,
  title: 'Boards | "quoted"',
  category: 'apps',
  image: 'example/board:1.2.3',
  ports: { http: http(1337) },
  volumes: {
    uploads: volume('/uploads', { role: 'data', backup: 'weekly' }),
    previews: volume('/previews', { role: 'cache', backup: { skip: 'they are made again' } }),
  },
  needs: { db: postgres({ extensions: ['vector'] }), cache: valkey(), login: oidc({ callback: '/callback', refresh: true, afterLogout: '/', idTokenClaims: ['groups'], authMethod: 'client_secret_post', pkce: false }), mail: smtp(), key: secret({ kind: 'hex', bytes: 32 }) },
  route: { port: 'http', host: 'boards', access: { login: 'login', groups: ['viewer'], start: '/login' }, roles: { owner: ['admin'], guest: ['viewer', 'operator'] } },
  health: { port: 'http', path: '/' },
  limits: { memory: '512MiB', cpus: 1 },
  tmpfs: ['/var/cache/board', '/run/board'],
  alerts: [{ name: 'Slow', expr: 'up == 0', for: '1m', severity: 'critical', summary: 'it is slow' }],
  env: ({ db, cache, login, mail, key, url, cluster }) => ({
    BASE_URL: url,
    DATABASE_URL: db.url,
    REDIS_URL: cache.url,
    SECRET_KEY_FILE: file(key),
    OIDC_CLIENT_SECRET: login.clientSecret,
    OIDC_ISSUER: login.issuer,
    SMTP: text`smtp://${mail.user}:${mail.password}@${mail.host}:${mail.port}`,
    GREETING: `costs $5 and \${HOME} "is" 'not' #expanded at ${cluster.domain}`,
    PLAIN_NUMBER: '1_000',
    PLAIN_WORD: 'on',
  }),
  files: {
    public: { path: '/etc/board/board.ini', content: () => ini({ server: { port: 1337, debug: false } }) },
    private: { path: '/etc/board/private.yaml', content: ({ key }) => yaml({ key, list: [1, 'two', null] }) },
    twin: { path: '/etc/board/more/board.ini', content: () => lines('[more]', 'twin = true') },
  },
});

const wiki = defineService('wiki', {
  ...common,
  title: 'Wiki',
  category: 'apps',
  image: 'example/wiki:1.0.0',
  ports: { http: http(3000) },
  needs: { db: mariadb({ databases: ['pages'] }), people: ldap(), login: publicOidc({ callback: '/oauth' }) },
  route: { port: 'http', access: { directory: 'people', why: 'it signs people in itself' } },
  health: { port: 'http', path: '/' },
  limits,
  env: ({ db, people }) => ({ DB_HOST: db.host, DB_PAGES: db.databases.pages, DB_PASSWORD_FILE: file(db.password), LDAP_BIND_PASSWORD_FILE: file(people.bindPassword) }),
});

/** One service of each kind there is. */
export const services: readonly Service[] = [
  alarms,
  bell,
  board,
  cache,
  database,
  directory,
  edge,
  forum,
  guard,
  handbook,
  hermit,
  post,
  shelf,
  sql,
  watch,
  wiki,
];
