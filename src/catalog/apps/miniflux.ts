import { oidc, postgres } from '../../contracts/index.ts';
import { defineService, file, http, lines, text } from '../../service/index.ts';

/**
 * Who signs in for the first time gets an account of his own; nobody is its administrator, because Miniflux takes no role from sign-on.
 * Feed readers on a phone ask below /v1, /fever and /reader, each with a key that its owner makes in the settings.
 *
 * There is no process section: the Debian package makes a database and starts a server of its own on the machine that installs it.
 */
export const miniflux = defineService('miniflux', {
  title: 'Miniflux',
  summary: 'Reads feeds: one quiet page for everything that you follow.',
  docs: 'https://miniflux.app/docs/configuration.html',
  licence: 'Apache-2.0',
  category: 'apps',
  image: 'miniflux/miniflux:2.2.6',
  debian: 'miniflux',
  user: '65534:65534',

  ports: { web: http(8080) },
  needs: { db: postgres(), signIn: oidc({ callback: '/oauth2/oidc/callback' }) },
  route: { port: 'web', host: 'feeds', access: { login: 'signIn', groups: ['viewer'], start: '/oauth2/oidc/redirect' } },
  health: { port: 'web', path: '/healthcheck' },
  metrics: { port: 'web', path: '/metrics' },
  smoke: { path: '/', expect: { text: 'Miniflux' } },
  limits: { memory: '256MiB', cpus: 1 },
  alerts: [
    {
      name: 'FeedsBroken',
      expr: 'sum(miniflux_broken_feeds) > 4 and sum(miniflux_broken_feeds) > 0.5 * sum(miniflux_feeds{status="total"})',
      for: '30m',
      severity: 'warning',
      summary: 'More than half of all feeds could not be read: perhaps the machine has no way out.',
    },
  ],
  dashboard: [
    { title: 'Feeds', expr: 'miniflux_feeds', unit: 'short', legend: '{{status}}' },
    { title: 'Feeds that cannot be read', expr: 'miniflux_broken_feeds', unit: 'short' },
    { title: 'Entries', expr: 'miniflux_entries', unit: 'short', legend: '{{status}}' },
    { title: 'Connections to the database', expr: 'miniflux_db_connections_in_use', unit: 'short' },
  ],
  logs: [
    { pattern: 'database schema is not up to date', means: 'Its tables are of another version: start it again, which mends them.' },
    { pattern: 'Unable to ping database', means: 'PostgreSQL is away or refuses its account: `datamancy up` grants it anew.' },
    { pattern: 'Unable to refresh feed', means: 'A feed cannot be read; the line says which, and the page of the feed says why.' },
  ],

  env: ({ signIn, cluster, url, here }) => ({
    BASE_URL: url,
    LISTEN_ADDR: `${here.listen.web.address}:${here.listen.web.port}`,
    LOG_FORMAT: 'json',
    DATABASE_URL_FILE: here.file.database,
    RUN_MIGRATIONS: true,
    // Cookies for HTTPS only; whether browsers keep to it is for the edge to say, which knows the port.
    HTTPS: true,
    DISABLE_HSTS: true,
    DISABLE_LOCAL_AUTH: true,
    OAUTH2_PROVIDER: 'oidc',
    OAUTH2_OIDC_PROVIDER_NAME: cluster.name,
    OAUTH2_OIDC_DISCOVERY_ENDPOINT: signIn.issuer,
    OAUTH2_CLIENT_ID: signIn.clientId,
    OAUTH2_CLIENT_SECRET_FILE: file(signIn.clientSecret),
    OAUTH2_REDIRECT_URL: `${url}/oauth2/oidc/callback`,
    OAUTH2_USER_CREATION: true,
    // Go reads the system's certificates beside this one, so feeds are verified as ever.
    SSL_CERT_FILE: file(signIn.authority),
    METRICS_COLLECTOR: true,
    METRICS_ALLOWED_NETWORKS: '0.0.0.0/0,::/0',
  }),
  files: {
    database: {
      path: '/etc/miniflux/database',
      content: ({ db }) => lines(text`postgres://${db.user}:${db.password}@${db.address}/${db.name}?sslmode=disable`),
    },
  },
});
