import { documents, mariadb, memcached, oidc, secret, smtp } from '../../contracts/index.ts';
import { defineService, file, http, lines, optional, text, volume } from '../../service/index.ts';

/**
 * Its own administrator is the account whose password `datamancy secrets show seafile.password` prints; people come from the sign-on server.
 * The cache is memcached: Seafile knows no user name for Valkey.
 */
export const seafile = defineService('seafile', {
  title: 'Seafile',
  summary: 'Libraries of files that stay the same on every device, also very large ones.',
  docs: 'https://manual.seafile.com/13.0/config/env/',
  licence: 'AGPL-3.0-only AND Apache-2.0',
  category: 'apps',
  image: 'seafileltd/seafile-mc:13.0.28',
  user: '0:0',

  ports: { web: http(80) },
  volumes: { shared: volume('/shared', { role: 'data', backup: 'hourly', size: '10GiB' }) },
  needs: {
    db: mariadb({ databases: ['ccnet', 'seafile', 'seahub'] }),
    cache: memcached(),
    office: optional(documents()),
    mail: optional(smtp()),
    signIn: oidc({ callback: '/oauth/callback/', pkce: false }),
    password: secret({ kind: 'password', length: 32 }),
    tokenKey: secret({ kind: 'hex', bytes: 32 }),
  },

  route: { port: 'web', access: { login: 'signIn', groups: ['viewer'], start: '/oauth/login/' } },
  health: { port: 'web', path: '/api2/ping/', via: 'curl', startSeconds: 300 },
  smoke: { path: '/api2/server-info/', via: 'curl', expect: { text: '"version"' } },
  limits: { memory: '2GiB', cpus: 2, pids: 512 },
  allow: {
    root: 'its start script links, moves and starts what runs inside, and expects to be root for it',
    writableRoot: 'the start script links /opt/seafile and its pages to the volume',
    capabilities: {
      AUDIT_WRITE: 'cron, which rotates the logs, reports each of its sessions and runs none that it cannot report',
      CHOWN: 'nginx is given the directories it writes into',
      DAC_OVERRIDE: 'the start script changes files of the user nginx runs as',
      FOWNER: 'the setup sets modes of files that were copied from elsewhere',
      SETGID: 'nginx runs its workers with a group of their own',
      SETUID: 'nginx runs its workers as a user of their own',
    },
  },
  stopSeconds: 60,
  logs: [
    { pattern: 'waiting for mysql server to be ready', means: 'MariaDB does not let the app in: run "datamancy up"' },
    { pattern: 'seafile monitor exited unexpectedly', means: 'the server of files ended: read /shared/seafile/logs/seafile.log' },
    { pattern: 'Failed to create (?:user|group|org) db tables', means: 'the tables could not be made: look at the account in MariaDB' },
  ],

  env: ({ db, cache, signIn, mail, password, tokenKey, cluster, url }) => ({
    SEAFILE_SERVER_HOSTNAME: url.replace('https://', ''),
    SEAFILE_SERVER_PROTOCOL: 'https',
    JWT_PRIVATE_KEY: tokenKey,
    USE_EXISTING_DB: 1,
    SEAFILE_MYSQL_DB_HOST: db.host,
    SEAFILE_MYSQL_DB_PORT: db.port,
    SEAFILE_MYSQL_DB_USER: db.user,
    SEAFILE_MYSQL_DB_PASSWORD: db.password,
    SEAFILE_MYSQL_DB_CCNET_DB_NAME: db.databases.ccnet,
    SEAFILE_MYSQL_DB_SEAFILE_DB_NAME: db.databases.seafile,
    SEAFILE_MYSQL_DB_SEAHUB_DB_NAME: db.databases.seahub,
    CACHE_PROVIDER: 'memcached',
    MEMCACHED_HOST: cache.host,
    MEMCACHED_PORT: cache.port,
    INIT_SEAFILE_ADMIN_EMAIL: cluster.admin.email,
    INIT_SEAFILE_ADMIN_PASSWORD: password,
    ENABLE_SEADOC: false,
    ENABLE_GO_FILESERVER: true,
    ENABLE_NOTIFICATION_SERVER: false,
    SEAFILE_LOG_TO_STDOUT: true,
    REQUESTS_CA_BUNDLE: file(signIn.authority),
    ...(mail?.authority ? { SSL_CERT_FILE: file(mail.authority) } : {}),
  }),
  files: {
    settings: {
      path: '/etc/seafile/seahub.py',
      content: ({ signIn, office, mail, cluster, url }) =>
        lines(
          `SERVICE_URL = '${url}'`,
          `FILE_SERVER_ROOT = '${url}/seafhttp'`,
          `CSRF_TRUSTED_ORIGINS = ['${url}']`,
          'ENABLE_OAUTH = True',
          // It shows oauthlib a path without `https:` in front, which that takes for plain HTTP: https://manual.seafile.com/13.0/config/oauth/
          'OAUTH_ENABLE_INSECURE_TRANSPORT = True',
          'OAUTH_CREATE_UNKNOWN_USER = True',
          'OAUTH_ACTIVATE_USER_AFTER_CREATION = True',
          `OAUTH_CLIENT_ID = '${signIn.clientId}'`,
          text`OAUTH_CLIENT_SECRET = '${signIn.clientSecret}'`,
          `OAUTH_REDIRECT_URL = '${url}/oauth/callback/'`,
          `OAUTH_PROVIDER = '${cluster.name}'`,
          `OAUTH_AUTHORIZATION_URL = '${signIn.authorizeUrl}'`,
          `OAUTH_TOKEN_URL = '${signIn.tokenUrl}'`,
          `OAUTH_USER_INFO_URL = '${signIn.userinfoUrl}'`,
          "OAUTH_SCOPE = ['openid', 'profile', 'email']",
          "OAUTH_ATTRIBUTE_MAP = {'sub': (True, 'uid'), 'name': (False, 'name'), 'email': (False, 'contact_email')}",
          ...(office
            ? [
                'ENABLE_ONLYOFFICE = True',
                `ONLYOFFICE_APIJS_URL = '${office.publicUrl}/web-apps/apps/api/documents/api.js'`,
                text`ONLYOFFICE_JWT_SECRET = '${office.secret}'`,
              ]
            : []),
          ...(mail
            ? [
                `EMAIL_HOST = '${mail.host}'`,
                `EMAIL_PORT = ${mail.port}`,
                `EMAIL_HOST_USER = '${mail.user}'`,
                text`EMAIL_HOST_PASSWORD = '${mail.password}'`,
                mail.tls === 'implicit' ? 'EMAIL_USE_SSL = True' : 'EMAIL_USE_TLS = True',
                `DEFAULT_FROM_EMAIL = '${mail.from}'`,
              ]
            : []),
        ),
    },
  },
  setup: ({ here }) => [
    {
      title: 'settings of its pages',
      argv: ['sh', '-s', here.file.settings],
      // They are read by what Seafile itself wrote, so an update of it loses nothing; a changed file comes with a new start.
      input: `set -eu
settings=/shared/seafile/conf/seahub_settings.py
grep -qF "$1" "$settings" && exit 0
echo "exec(open('$1').read())" >> "$settings"
/opt/seafile/seafile-server-latest/seahub.sh restart
`,
    },
  ],
});
