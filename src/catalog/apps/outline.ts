import { oidc, postgres, secret, smtp } from '../../contracts/index.ts';
import { defineService, file, http, lines, optional, tcp, text, volume } from '../../service/index.ts';

/**
 * The first who signs in becomes the workspace's administrator. Its queues write under names that cannot be chosen, so it has a
 * Valkey of its own rather than a corner of the cluster's.
 */
export const outline = defineService('outline', {
  title: 'Outline',
  summary: 'A wiki that several people write in at the same moment.',
  docs: 'https://docs.getoutline.com/s/hosting/doc/docker-7pfeLP5a8t',
  licence: 'BUSL-1.1',
  category: 'apps',
  image: 'outlinewiki/outline:1.9.2',
  user: '1001:1001',

  ports: { web: http(3000) },
  volumes: {
    files: volume('/var/lib/outline/data', { role: 'data', backup: 'daily' }),
    exports: volume('/var/lib/outline/tmp', {
      role: 'cache',
      backup: { skip: 'what is imported and exported, until that is done' },
      size: '1GiB',
    }),
  },
  needs: {
    db: postgres(),
    mail: optional(smtp()),
    signIn: oidc({ callback: '/auth/oidc.callback', authMethod: 'client_secret_post' }),
    secretKey: secret({ kind: 'hex', bytes: 32 }, { keeps: 'data' }),
    utilsSecret: secret({ kind: 'hex', bytes: 32 }),
    queuePassword: secret({ kind: 'password' }),
  },

  route: { port: 'web', host: 'wiki', access: { login: 'signIn', groups: ['viewer'], start: '/auth/oidc' } },
  health: { port: 'web', path: '/_health', startSeconds: 120 },
  smoke: { path: '/_health', expect: { text: 'OK' } },
  limits: { memory: '1GiB', cpus: 1 },
  stopSeconds: 30,
  logs: [
    { pattern: 'Environment configuration is invalid', means: 'this version of Outline wants a setting that it was not given' },
    { pattern: 'unable to verify the first certificate|SELF_SIGNED_CERT', means: 'the certificate of the sign-on server is not trusted' },
  ],

  env: ({ db, mail, signIn, secretKey, utilsSecret, queuePassword, cluster, url, here }) => ({
    NODE_ENV: 'production',
    URL: url,
    PORT: here.listen.web.port,
    FORCE_HTTPS: false,
    SECRET_KEY_FILE: file(secretKey),
    UTILS_SECRET_FILE: file(utilsSecret),
    DATABASE_URL: db.url,
    PGSSLMODE: 'disable',
    REDIS_URL: text`redis://:${queuePassword}@${here.reach('queue', 'queue').host}:${here.reach('queue', 'queue').port}`,
    TMPDIR: here.volume.exports,
    FILE_STORAGE: 'local',
    FILE_STORAGE_LOCAL_ROOT_DIR: here.volume.files,
    ENABLE_UPDATES: false,
    WEB_CONCURRENCY: 1,
    OIDC_ISSUER_URL: signIn.issuer,
    OIDC_CLIENT_ID: signIn.clientId,
    OIDC_CLIENT_SECRET_FILE: file(signIn.clientSecret),
    OIDC_DISPLAY_NAME: cluster.name,
    OIDC_SCOPES: 'openid profile email',
    NODE_EXTRA_CA_CERTS: file(signIn.authority),
    // After STARTTLS it takes any certificate (server/emails/mailer.tsx), so it mails only where TLS begins at once.
    ...(mail?.tls === 'implicit'
      ? {
          SMTP_HOST: mail.host,
          SMTP_PORT: mail.port,
          SMTP_USERNAME: mail.user,
          SMTP_PASSWORD_FILE: file(mail.password),
          SMTP_FROM_EMAIL: mail.from,
          SMTP_SECURE: true,
        }
      : {}),
  }),
  files: {
    queue: {
      path: '/etc/valkey/queue.conf',
      content: ({ queuePassword }) =>
        lines(text`requirepass ${queuePassword}`, 'maxmemory 128mb', 'maxmemory-policy noeviction', 'save ""', 'appendonly no'),
    },
  },
  workers: {
    queue: {
      title: 'queue of Outline',
      first: true,
      image: 'valkey/valkey:8.1.5',
      shares: ['files'],
      ports: { queue: tcp(6379) },
      health: { command: ['sh', '-c', 'REDISCLI_AUTH=$(cat "$QUEUE_PASSWORD_FILE") valkey-cli ping | grep -q PONG'] },
      limits: { memory: '192MiB', cpus: 0.5 },
      env: ({ queuePassword }) => ({ QUEUE_PASSWORD_FILE: file(queuePassword) }),
      command: ({ here }) => ['valkey-server', here.file.queue],
    },
  },
});
