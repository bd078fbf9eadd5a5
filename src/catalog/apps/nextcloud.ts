import { documents, mariadb, oidc, secret, smtp } from '../../contracts/index.ts';
import { defineService, file, http, lines, optional, tcp, text, volume } from '../../service/index.ts';

/** It reads its password from standard input, because a command line is no place for one. */
const startCache = [
  "exec valkey-server - --save '' --appendonly no --maxmemory 128mb --maxmemory-policy volatile-lru <<END",
  'requirepass $(cat "$CACHE_PASSWORD_FILE")',
  'END',
].join('\n');

/**
 * The owner's account is made first, under the same name as in the directory: signing in leads to it, and the cluster's group `admin`
 * is Nextcloud's. To empty a cache it asks for the names of all keys (KEYS), which no right of Valkey's
 * keeps to its own, so it has a Valkey of its own. A file beside config.php, read after it, says what the cluster decides, so a changed password counts at once.
 */
export const nextcloud = defineService('nextcloud', {
  title: 'Nextcloud',
  summary: 'Files, calendars and contacts on every device, shared with whom one likes.',
  docs: 'https://docs.nextcloud.com/server/latest/admin_manual/',
  licence: 'AGPL-3.0-or-later',
  category: 'apps',
  image: 'nextcloud:34.0.2-apache',
  user: '33:33',

  ports: { web: http(80) },
  volumes: {
    app: volume('/var/www/html', { role: 'data', backup: 'daily', size: '1GiB' }),
    config: volume('/var/www/html/config', { role: 'config', backup: 'daily' }),
    files: volume('/var/www/html/data', { role: 'data', backup: 'hourly', size: '10GiB' }),
  },
  // PHP keeps what is uploaded in /tmp until it is whole: chunks of a hundred megabytes, several at a time.
  tmpfs: [{ path: '/tmp', size: '1GiB' }, '/run/apache2', '/run/lock/apache2'],
  needs: {
    db: mariadb(),
    cachePassword: secret({ kind: 'password' }),
    office: optional(documents()),
    mail: optional(smtp()),
    signIn: oidc({ callback: '/apps/user_oidc/code', afterLogout: '/' }),
    password: secret({ kind: 'password', length: 32 }),
  },

  route: {
    port: 'web',
    host: 'cloud',
    access: { login: 'signIn', groups: ['viewer'], start: '/apps/user_oidc/login/1' },
    roles: { admin: ['admin'], user: ['viewer'] },
  },
  // A first start copies the whole program into its volume and makes the tables.
  health: { port: 'web', path: '/status.php', via: 'curl', startSeconds: 600 },
  smoke: { path: '/status.php', via: 'curl', expect: { text: '"installed":true,"maintenance":false' } },
  limits: { memory: '2GiB', cpus: 2, pids: 512 },
  stopSeconds: 30,
  logs: [
    { pattern: 'downgrading is not supported', means: 'its data was written by a newer version: go back to that version' },
    { pattern: 'only possible to upgrade one major version', means: 'upgrade to the next major version first, then to this one' },
    { pattern: 'Trusted domain error', means: 'somebody asks for it by a name that is not its own' },
    { pattern: 'RedisException', means: 'its Valkey, the unit nextcloud-cache, does not answer: run "datamancy up"' },
  ],

  env: ({ db, password, cluster, url, here }) => ({
    MYSQL_HOST: db.address,
    MYSQL_DATABASE: db.name,
    MYSQL_USER: db.user,
    MYSQL_PASSWORD_FILE: file(db.password),
    NEXTCLOUD_ADMIN_USER: cluster.admin.name,
    NEXTCLOUD_ADMIN_PASSWORD_FILE: file(password),
    NEXTCLOUD_TRUSTED_DOMAINS: `${hostOf(url)} ${here.reach('web').host}`,
    PHP_MEMORY_LIMIT: '1G',
    PHP_UPLOAD_LIMIT: '16G',
    APACHE_BODY_LIMIT: 0,
  }),
  files: {
    sessions: {
      path: '/usr/local/etc/php/conf.d/zz-sessions.ini',
      content: ({ cachePassword, here }) => {
        const { host, port } = here.reach('cache', 'cache');
        return lines(
          'session.save_handler = redis',
          text`session.save_path = "tcp://${host}:${port}?auth=${cachePassword}&prefix=session:"`,
        );
      },
    },
    settings: {
      path: '/var/www/html/config/cluster.config.php',
      content: ({ db, cachePassword, office, mail, url, here }) =>
        lines(
          '<?php',
          '$CONFIG = [',
          `  'dbhost' => '${db.address}',`,
          text`  'dbpassword' => '${db.password}',`,
          `  'trusted_domains' => ['${hostOf(url)}', '${here.reach('web').host}'],`,
          "  'trusted_proxies' => ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'],",
          `  'overwriteprotocol' => 'https', 'overwrite.cli.url' => '${url}',`,
          "  'htaccess.RewriteBase' => '/', 'htaccess.IgnoreFrontController' => true,",
          "  'upgrade.disable-web' => true, 'maintenance_window_start' => 1, 'log_type' => 'errorlog',",
          "  'apps_paths' => [",
          "    ['path' => '/var/www/html/apps', 'url' => '/apps', 'writable' => false],",
          "    ['path' => '/var/www/html/custom_apps', 'url' => '/custom_apps', 'writable' => true],",
          '  ],',
          "  'memcache.local' => '\\OC\\Memcache\\APCu', 'memcache.locking' => '\\OC\\Memcache\\Redis',",
          "  'memcache.distributed' => '\\OC\\Memcache\\Redis',",
          `  'redis' => ['host' => '${here.reach('cache', 'cache').host}', 'port' => ${here.reach('cache', 'cache').port},`,
          text`    'password' => '${cachePassword}'],`,
          // The sign-on server and the office suite have addresses of this machine alone.
          "  'allow_local_remote_servers' => true,",
          "  'user_oidc' => ['enrich_login_id_token_with_userinfo' => true],",
          ...(office
            ? [
                text`  'onlyoffice' => ['jwt_secret' => '${office.secret}', 'DocumentServerUrl' => '${office.publicUrl}/',`,
                `    'DocumentServerInternalUrl' => '${office.url}/', 'StorageUrl' => 'http://${here.reach('web').host}:${here.reach('web').port}/'],`,
              ]
            : []),
          ...(mail
            ? [
                `  'mail_smtpmode' => 'smtp', 'mail_smtphost' => '${mail.host}', 'mail_smtpport' => ${mail.port}, 'mail_smtpauth' => true,`,
                ...(mail.tls === 'implicit' ? ["  'mail_smtpsecure' => 'ssl',"] : []),
                text`  'mail_smtpname' => '${mail.user}', 'mail_smtppassword' => '${mail.password}',`,
                ...(mail.authority ? [text`  'mail_smtpstreamoptions' => ['ssl' => ['cafile' => '${file(mail.authority)}']],`] : []),
                `  'mail_from_address' => '${mail.from.split('@')[0] ?? ''}', 'mail_domain' => '${mail.from.split('@')[1] ?? ''}',`,
              ]
            : []),
          '];',
        ),
    },
    setup: {
      path: '/etc/nextcloud/setup.sh',
      content: ({ signIn, office }) =>
        lines(
          'set -eu',
          'cd /var/www/html',
          `for app in user_oidc ${office ? 'onlyoffice' : ''}; do`,
          '  php occ app:getpath "$app" > /dev/null || php occ app:install "$app"',
          '  php occ app:enable "$app"',
          'done',
          text`php occ security:certificates:import ${file(signIn.authority)}`,
          'php occ config:app:set --type=string --value=0 user_oidc allow_multiple_user_backends',
          'php occ background:cron',
          'php occ db:add-missing-indices',
          `php occ user_oidc:provider cluster --clientid=${signIn.clientId} --discoveryuri=${signIn.discoveryUrl} \\`,
          text`  --clientsecret-file=${file(signIn.clientSecret)} --scope="${signIn.scopes}" \\`,
          '  --unique-uid=0 --mapping-uid=preferred_username --mapping-display-name=name --mapping-email=email \\',
          '  --mapping-groups=groups --group-provisioning=1',
        ),
    },
  },
  setup: ({ here }) => [{ title: 'apps, sign-in and settings', argv: ['sh', here.file.setup] }],
  workers: {
    cache: {
      title: 'sessions, locks and caches of Nextcloud',
      first: true,
      image: 'valkey/valkey:8.1.5',
      // Files of Nextcloud hold passwords that are none of its business.
      shares: [],
      ports: { cache: tcp(6379) },
      health: { command: ['sh', '-c', 'REDISCLI_AUTH=$(cat "$CACHE_PASSWORD_FILE") valkey-cli ping | grep -q PONG'] },
      limits: { memory: '192MiB', cpus: 0.5 },
      env: ({ cachePassword }) => ({ CACHE_PASSWORD_FILE: file(cachePassword) }),
      command: () => ['sh', '-c', startCache],
    },
    cron: {
      title: 'Background jobs of Nextcloud',
      health: { command: ['sh', '-c', 'find /tmp/cron -mmin -30 | grep -q .'], startSeconds: 120 },
      limits: { memory: '768MiB', cpus: 1 },
      command: () => ['sh', '-c', 'while :; do touch /tmp/cron; php -f /var/www/html/cron.php; sleep 300; done'],
    },
  },
});

function hostOf(url: string): string {
  return url.replace('https://', '');
}
