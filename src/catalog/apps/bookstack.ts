import { mariadb, oidc, secret, smtp } from '../../contracts/index.ts';
import { defineService, file, http, lines, optional, text, volume } from '../../service/index.ts';

/**
 * Groups of the cluster become roles where BookStack has a role of that name, or one that lists it as external: `admin` is there from
 * the start. Upstream's own image begins as root and changes itself at each start; this one does not.
 */
export const bookstack = defineService('bookstack', {
  title: 'BookStack',
  summary: 'A wiki in shelves, books and chapters that everybody understands at once.',
  docs: 'https://www.bookstackapp.com/docs/admin/oidc-auth/',
  licence: 'MIT',
  category: 'apps',
  image: 'solidnerd/bookstack:26.5.1',
  user: '33:33',

  ports: { web: http(8080) },
  volumes: {
    public: volume('/var/www/bookstack/public/uploads', { role: 'data', backup: 'daily' }),
    uploads: volume('/var/www/bookstack/storage/uploads', { role: 'data', backup: 'daily' }),
    framework: volume('/var/www/bookstack/storage/framework', { role: 'cache', backup: { skip: 'pages made ready, and sessions' } }),
  },
  tmpfs: [
    '/run/apache2',
    '/run/lock/apache2',
    '/var/www/bookstack/bootstrap/cache',
    '/var/www/bookstack/storage/fonts',
    '/var/www/bookstack/storage/logs',
  ],
  needs: {
    db: mariadb(),
    mail: optional(smtp()),
    signIn: oidc({ callback: '/oidc/callback' }),
    key: secret({ kind: 'hex', bytes: 16 }, { keeps: 'data' }),
  },

  route: {
    port: 'web',
    host: 'books',
    access: { login: 'signIn', groups: ['viewer'], start: '/login' },
    roles: { Admin: ['admin'], Viewer: ['viewer'] },
  },
  health: { port: 'web', path: '/status', startSeconds: 90 },
  smoke: { path: '/status', expect: { text: '"database":true' } },
  limits: { memory: '512MiB', cpus: 1 },
  logs: [
    { pattern: 'SQLSTATE\\[HY000\\]', means: 'MariaDB does not let the app in: run "datamancy up"' },
    { pattern: 'cURL error (?:6|7)', means: 'the sign-on server does not answer; below .localhost this app cannot reach it at all' },
    { pattern: 'cURL error 60', means: 'the certificate of the sign-on server is not trusted' },
  ],

  env: ({ db, mail, signIn, key, cluster, url }) => ({
    APP_URL: url,
    APP_KEY: key,
    APP_PROXIES: '*',
    DB_HOST: db.address,
    DB_DATABASE: db.name,
    DB_USERNAME: db.user,
    DB_PASSWORD: db.password,
    SESSION_SECURE_COOKIE: true,
    LOG_CHANNEL: 'stderr',
    AUTH_METHOD: 'oidc',
    AUTH_AUTO_INITIATE: true,
    OIDC_NAME: cluster.name,
    OIDC_ISSUER: signIn.issuer,
    OIDC_ISSUER_DISCOVER: true,
    OIDC_CLIENT_ID: signIn.clientId,
    OIDC_CLIENT_SECRET: signIn.clientSecret,
    OIDC_ADDITIONAL_SCOPES: 'groups',
    OIDC_USER_TO_GROUPS: true,
    OIDC_GROUPS_CLAIM: 'groups',
    ...(mail
      ? {
          MAIL_DRIVER: 'smtp',
          MAIL_HOST: mail.host,
          MAIL_PORT: mail.port,
          // By TLS or not at all; at once at port 465, after STARTTLS at any other.
          MAIL_ENCRYPTION: 'tls',
          MAIL_USERNAME: mail.user,
          MAIL_PASSWORD: mail.password,
          MAIL_FROM: mail.from,
        }
      : {}),
  }),
  files: {
    authority: {
      path: '/usr/local/etc/php/conf.d/authority.ini',
      content: ({ signIn, mail }) =>
        lines(text`curl.cainfo = ${file(signIn.authority)}`, ...(mail?.authority ? [text`openssl.cafile = ${file(mail.authority)}`] : [])),
    },
  },
});
