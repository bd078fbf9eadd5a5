import { certificate, postgres, relay, relayAuthority, relayLogin, relayLogs, secret, throughRelay } from '../../contracts/index.ts';
import type { FinalContent, Secret } from '../../service/index.ts';
import { defineService, file, http, lines, optional, tcp, text, volume } from '../../service/index.ts';

/** Reads lines of address and password and lets these send mail, each from its own address; run in the unit mailu-admin. */
const accounts = lines(
  'import os, sys',
  'from mailu import create_app, models',
  '',
  'mark = "a service of the cluster"',
  'wanted = dict(map(str.split, sys.stdin))',
  'with create_app().app_context():',
  '    name = os.environ["DOMAIN"]',
  '    domain = models.Domain.query.get(name) or models.Domain(name=name)',
  '    for user in models.User.query.filter_by(comment=mark):',
  '        if user.email not in wanted:',
  '            models.db.session.delete(user)',
  '    for address, password in wanted.items():',
  '        user = models.User.query.get(address) or models.User(',
  '            localpart=address.split("@")[0], domain=domain, comment=mark, enable_imap=False, enable_pop=False)',
  '        user.set_password(password, keep_sessions=True)',
  '        models.db.session.add(user)',
  '    models.db.session.commit()',
);

/**
 * Mail with an administration of its own: people come into being when the edge first lets them in, with the mailbox that is their
 * address in the directory, and make passwords for their devices here.
 */
export const mailu = defineService('mailu', {
  title: 'Mailu',
  summary: 'Mail of the domain with administration and webmail, in the place of mailserver and roundcube.',
  docs: 'https://mailu.io/2024.06/configuration.html',
  licence: 'MIT',
  category: 'communication',
  conflicts: ['mailserver', 'roundcube', 'sogo'],
  image: 'ghcr.io/mailu/nginx:2024.06.57',
  user: '0:0',

  ports: {
    web: http(80),
    smtp: tcp(25),
    submissions: tcp(465),
    submission: tcp(587),
    imap: tcp(143),
    imaps: tcp(993),
    sieve: tcp(4190),
    delivery: tcp(2525),
    // Its image answers there to checks, on loopback alone.
    ready: http(10204),
  },
  publish: ['smtp', 'submissions', 'submission', 'imap', 'imaps', 'sieve'],
  provides: {
    smtp: {
      port: 'submission',
      tls: 'submissions',
      host: 'mail',
      worker: 'admin',
      accounts: 'env PYTHONPATH=/app python3 /etc/mailu/accounts.py',
    },
  },
  volumes: {
    data: volume('/data', { role: 'data', backup: 'daily' }),
    keys: volume('/dkim', { role: 'data', backup: 'daily' }),
    mail: volume('/mail', { role: 'data', backup: 'hourly', size: '5GiB' }),
    queue: volume('/queue', { role: 'data', backup: 'daily' }),
    filter: volume('/var/lib/rspamd', { role: 'data', backup: 'weekly' }),
    cache: volume('/var/lib/mailu-cache', { role: 'data', backup: 'daily' }),
  },
  needs: {
    db: postgres(),
    tls: certificate({ host: 'mail' }),
    secretKey: secret({ kind: 'hex', bytes: 16 }, { keeps: 'data' }),
    ownerPassword: secret({ kind: 'password' }),
    cachePassword: secret({ kind: 'password' }),
    relay: optional(relay()),
  },

  route: {
    port: 'web',
    host: 'mail',
    access: { groups: ['viewer'], identity: { email: 'X-Auth-Email' }, door: 'services send their mail by it, with accounts of their own' },
  },
  health: {
    command: ['sh', '-c', 'curl -m3 -sfo /dev/null http://127.0.0.1:10204/health && kill -0 "$(cat /run/dovecot/master.pid)"'],
    startSeconds: 120,
  },
  smoke: { command: ['sh', '-c', 'printf "a LOGOUT\\r\\n" | openssl s_client -quiet -connect 127.0.0.1:993 2>/dev/null'], expect: 'BYE' },
  limits: { memory: '256MiB', cpus: 1 },
  allow: {
    root: 'each unit begins as root and gives its daemons users of their own',
    writableRoot: 'each unit writes its configuration from templates below /etc',
    capabilities: {
      CHOWN: 'each start gives mailboxes, queue and keys to the users of the daemons',
      DAC_OVERRIDE: 'masters of Postfix and Dovecot open what belongs to other users',
      FOWNER: 'each start sets modes of files that belong to the daemons already',
      KILL: 'masters end processes that run under other users',
      NET_BIND_SERVICE: 'mail has ports below 1024, also where the engine guards these',
      SETGID: 'daemons change to groups of their own',
      SETUID: 'daemons change to users of their own',
      SYS_CHROOT: 'whoever has not signed in yet is served in an empty directory',
    },
  },
  stopSeconds: 30,
  logs: [
    {
      pattern: "isn't doing DNSSEC validation|DNS resolver at .* is not working",
      means: 'Mailu sends only with names that are proven: give this machine a name server that validates DNSSEC.',
    },
    ...relayLogs,
    {
      pattern: 'is not on PROXY_AUTH_WHITELIST',
      means: 'Somebody beside the edge said who asks, or the door has other addresses than its settings: run `datamancy up`.',
    },
    {
      pattern: "You don't exist. Go away",
      means: 'The person’s address in the directory is of another domain, so there is no mailbox for it.',
    },
  ],

  env: ({ db, tls, secretKey, ownerPassword, cachePassword, cluster, url, here }) => ({
    SECRET_KEY_FILE: file(secretKey),
    DOMAIN: cluster.domain,
    HOSTNAMES: tls.host,
    POSTMASTER: cluster.admin.name,
    SITENAME: cluster.name,
    WEBSITE: url,
    // Whoever is in it sends mail as anybody, and is believed about who asks: the edge and the units of Mailu.
    SUBNET: here.door,
    TLS_FLAVOR: 'mail',
    // Names of files below /certs.
    TLS_CERT_FILENAME: text`..${file(tls.certificate)}`,
    TLS_KEYPAIR_FILENAME: text`..${file(tls.key)}`,
    PORTS: '25,80,143,465,587,993,4190',
    ADMIN: true,
    WEBMAIL: 'roundcube',
    WEBDAV: 'none',
    ANTIVIRUS: 'none',
    API: false,
    FETCHMAIL_ENABLED: false,
    SCAN_MACROS: false,
    DISABLE_STATISTICS: true,
    MESSAGE_SIZE_LIMIT: 52_428_800,
    RECIPIENT_DELIMITER: '+',
    WEBROOT_REDIRECT: '/webmail',
    WEB_ADMIN: '/admin',
    WEB_WEBMAIL: '/webmail',
    REAL_IP_HEADER: 'X-Forwarded-For',
    REAL_IP_FROM: here.door,
    PROXY_AUTH_HEADER: 'X-Auth-Email',
    PROXY_AUTH_WHITELIST: here.door,
    PROXY_AUTH_CREATE: true,
    DB_FLAVOR: 'postgresql',
    DB_HOST: db.address,
    DB_NAME: db.name,
    DB_USER: db.user,
    DB_PW_FILE: file(db.password),
    ROUNDCUBE_DB_FLAVOR: 'sqlite',
    INITIAL_ADMIN_ACCOUNT: cluster.admin.name,
    INITIAL_ADMIN_DOMAIN: cluster.domain,
    INITIAL_ADMIN_PW: ownerPassword,
    INITIAL_ADMIN_MODE: 'ifmissing',
    FRONT_ADDRESS: here.reach('web').host,
    ADMIN_ADDRESS: here.reach('web', 'admin').host,
    IMAP_ADDRESS: here.reach('imap', 'imap').host,
    SMTP_ADDRESS: here.reach('smtp', 'smtp').host,
    ANTISPAM_ADDRESS: here.reach('web', 'antispam').host,
    WEBMAIL_ADDRESS: here.reach('web', 'webmail').host,
    REDIS_ADDRESS: text`:${cachePassword}@${here.reach('cache', 'cache').host}:${here.reach('cache', 'cache').port}`,
  }),
  workers: {
    cache: {
      title: 'sessions and what the filter has learnt',
      first: true,
      image: 'valkey/valkey:8.1.5',
      shares: ['files', 'volumes'],
      ports: { cache: tcp(6379) },
      health: { command: ['sh', '-c', 'REDISCLI_AUTH=$(cat "$PASSWORD_FILE") valkey-cli ping | grep -q PONG'] },
      limits: { memory: '128MiB', cpus: 0.5 },
      allow: { root: 'the volumes of all units belong to root, and without any capability root may do no more than their owner' },
      env: ({ cachePassword }) => ({ PASSWORD_FILE: file(cachePassword) }),
      // By a shell, because the image would change to a user of its own, who may not write there.
      command: ({ here }) => ['sh', '-c', `exec valkey-server ${here.file.cache}`],
    },
    admin: {
      title: 'administration',
      image: 'ghcr.io/mailu/admin:2024.06.57',
      ports: { web: http(8080) },
      health: { port: 'web', path: '/ping', via: 'curl', startSeconds: 180 },
      limits: { memory: '512MiB', cpus: 1 },
    },
    imap: {
      title: 'mailboxes',
      image: 'ghcr.io/mailu/dovecot:2024.06.57',
      ports: { imap: tcp(143), delivery: tcp(2525), sieve: tcp(4190) },
      health: { command: ['sh', '-c', 'kill -0 "$(cat /run/dovecot/master.pid)"'], startSeconds: 60 },
      limits: { memory: '512MiB', cpus: 1, pids: 512 },
    },
    smtp: {
      title: 'mail that comes and goes',
      image: 'ghcr.io/mailu/postfix:2024.06.57',
      ports: { smtp: tcp(25), submission: tcp(10025) },
      health: { command: ['sh', '-c', '! /usr/libexec/postfix/master -t'], startSeconds: 60 },
      limits: { memory: '256MiB', cpus: 1 },
    },
    antispam: {
      title: 'filter',
      image: 'ghcr.io/mailu/rspamd:2024.06.57',
      ports: { web: http(11334), filter: tcp(11332) },
      health: { port: 'web', path: '/', via: 'curl', startSeconds: 350 },
      limits: { memory: '512MiB', cpus: 1 },
    },
    webmail: {
      title: 'webmail',
      image: 'ghcr.io/mailu/webmail:2024.06.57',
      ports: { web: http(80) },
      health: { port: 'web', path: '/ping', via: 'curl', startSeconds: 60 },
      limits: { memory: '256MiB', cpus: 1 },
    },
  },
  files: {
    accounts: { path: '/etc/mailu/accounts.py', content: () => accounts },
    // Postfix alone reads it, after its templates.
    relay: {
      path: '/overrides/postfix.cf',
      content: ({ relay: hop, here }) =>
        hop ? lines(...throughRelay(hop, { login: here.file.login, authority: here.file.authority })) : 'absent',
    },
    login: { path: '/etc/mailu/relay', content: ({ relay: hop }) => relayLogin(hop) },
    authority: { path: '/etc/mailu/relay.pem', content: ({ relay: hop }) => relayAuthority(hop) },
    cache: {
      path: '/etc/mailu/valkey.conf',
      content: ({ cachePassword, here }) =>
        lines(
          text`requirepass ${cachePassword}`,
          'bind 0.0.0.0',
          'appendonly yes',
          `dir ${here.volume.cache}`,
          'maxmemory 96mb',
          'maxmemory-policy volatile-lru',
        ),
    },
    // In place of templates that know no password.
    filterCache: {
      path: '/conf/redis.conf',
      content: ({ cachePassword, here }) => cacheFor(here.reach('cache', 'cache').host, cachePassword),
    },
    filterHistory: {
      path: '/conf/history_redis.conf',
      content: ({ cachePassword, here }) => cacheFor(here.reach('cache', 'cache').host, cachePassword),
    },
  },
});

function cacheFor(host: string, password: Secret): FinalContent {
  return lines(`servers = "${host}";`, text`password = "${password}";`);
}
