import { oidc, postgres, secret, smtp } from '../../contracts/index.ts';
import { defineService, file, http, lines, optional, part, tcp, text, volume } from '../../service/index.ts';

/**
 * The name of its host is part of every address (`@anna@mastodon.example.org`) and can never change. Jobs wait in a Valkey of its own,
 * because Mastodon takes no prefix for its keys and jobs must outlive a full cache.
 */
export const mastodon = defineService('mastodon', {
  title: 'Mastodon',
  summary: 'A social network of your own, which talks to all others that speak ActivityPub.',
  docs: 'https://docs.joinmastodon.org/admin/config/',
  licence: 'AGPL-3.0-only',
  category: 'communication',
  image: 'ghcr.io/mastodon/mastodon:v4.6.5',
  user: '991:991',

  ports: { web: http(3000) },
  volumes: {
    media: volume('/opt/mastodon/public/system', { role: 'data', backup: 'daily', size: '10GiB' }),
    uploads: volume('/opt/mastodon/tmp', { role: 'cache', backup: { skip: 'files on their way to the media, and compiled code' } }),
    jobs: volume('/var/lib/mastodon-jobs', { role: 'data', backup: 'daily' }),
  },
  tmpfs: ['/opt/mastodon/log'],
  needs: {
    db: postgres(),
    signIn: oidc({ callback: '/auth/auth/openid_connect/callback' }),
    mail: optional(smtp()),
    sessionKey: secret({ kind: 'hex', bytes: 64 }),
    encryption: secret({ kind: 'rails-encryption' }, { keeps: 'data' }),
    push: secret({ kind: 'vapid' }, { keeps: 'data' }),
    jobsPassword: secret({ kind: 'password' }),
  },

  route: {
    port: 'web',
    framedElsewhere: 'posts and players are embedded in pages elsewhere; its own policy shuts these out of every other page',
    access: { login: 'signIn', groups: ['viewer'], start: '/auth/sign_in' },
  },
  health: { port: 'web', path: '/health', via: 'curl', startSeconds: 300 },
  smoke: {
    command: ['sh', '-c', 'curl -fsS -H "Host: $LOCAL_DOMAIN" -H "X-Forwarded-Proto: https" "http://127.0.0.1:$PORT/api/v2/instance"'],
    expect: '"domain"',
  },
  limits: { memory: '1GiB', cpus: 2 },
  alerts: [
    {
      name: 'SocialJobsWait',
      expr: 'max by (queue) (sidekiq_queue_latency_seconds{service="mastodon-sidekiq"}) > 600',
      for: '10m',
      severity: 'warning',
      summary: 'Jobs in the queue {{ $labels.queue }} of Mastodon wait for more than ten minutes.',
    },
    {
      name: 'SocialJobsPileUp',
      expr: 'max by (queue) (sidekiq_queue_backlog{service="mastodon-sidekiq"}) > 10000',
      for: '30m',
      severity: 'warning',
      summary: 'More than 10000 jobs wait in the queue {{ $labels.queue }} of Mastodon.',
    },
  ],
  dashboard: [
    { title: 'Jobs that wait', expr: 'sidekiq_queue_backlog{service="mastodon-sidekiq"}', unit: 'short', legend: '{{queue}}' },
    { title: 'Jobs at work', expr: 'sidekiq_process_busy{service="mastodon-sidekiq"}', unit: 'short' },
    { title: 'Jobs that may be at work', expr: 'sidekiq_process_concurrency{service="mastodon-sidekiq"}', unit: 'short' },
    { title: 'Live timelines', expr: 'connected_clients{service="mastodon-streaming"}', unit: 'short', legend: '{{type}}' },
    { title: 'Sent to live timelines', expr: 'sum by (type) (rate(messages_sent_total{service="mastodon-streaming"}[5m]))', unit: 'ops' },
  ],
  stopSeconds: 30,
  logs: [
    { pattern: 'Blocked hosts?:', means: 'A request came under another name than the route’s: only that host is served.' },
    {
      pattern: 'Redis::CannotConnectError|RedisClient::CannotConnectError',
      means: 'The unit mastodon-jobs does not run, so nothing is delivered.',
    },
    {
      pattern: 'PG::(?:ConnectionBad|UndefinedTable)',
      means: 'The database is away, or was emptied: start Mastodon again, and it makes its tables.',
    },
    {
      pattern: 'Mastodon::HostValidationError|PrivateNetworkAddressError',
      means: 'Another server’s name leads into this network; such requests are refused.',
    },
  ],

  env: ({ db, signIn, mail, sessionKey, encryption, push, jobsPassword, cluster, url, here }) => ({
    LOCAL_DOMAIN: new URL(url).host,
    RAILS_ENV: 'production',
    NODE_ENV: 'production',
    RAILS_SERVE_STATIC_FILES: true,
    RAILS_LOG_LEVEL: 'warn',
    BIND: here.listen.web.address,
    PORT: here.listen.web.port,
    WEB_CONCURRENCY: 1,
    MALLOC_ARENA_MAX: 2,
    TMPDIR: here.volume.uploads,
    DB_HOST: db.host,
    DB_PORT: db.port,
    DB_NAME: db.name,
    DB_USER: db.user,
    DB_PASS: db.password,
    REDIS_URL: text`redis://:${jobsPassword}@${here.reach('jobs', 'jobs').host}:${here.reach('jobs', 'jobs').port}/0`,
    SECRET_KEY_BASE: sessionKey,
    ACTIVE_RECORD_ENCRYPTION_PRIMARY_KEY: part(encryption, 'primary'),
    ACTIVE_RECORD_ENCRYPTION_DETERMINISTIC_KEY: part(encryption, 'deterministic'),
    ACTIVE_RECORD_ENCRYPTION_KEY_DERIVATION_SALT: part(encryption, 'salt'),
    VAPID_PRIVATE_KEY: push,
    VAPID_PUBLIC_KEY: part(push, 'public'),
    OMNIAUTH_ONLY: true,
    ONE_CLICK_SSO_LOGIN: true,
    // Every address comes from the directory, so an account that has it, such as the owner's, is the same person's.
    ALLOW_UNSAFE_AUTH_PROVIDER_REATTACH: true,
    OIDC_ENABLED: true,
    OIDC_DISPLAY_NAME: cluster.name,
    OIDC_ISSUER: signIn.issuer,
    // With discovery Mastodon would not start while the sign-on server is away.
    OIDC_DISCOVERY: false,
    OIDC_AUTH_ENDPOINT: signIn.authorizeUrl,
    OIDC_TOKEN_ENDPOINT: signIn.tokenUrl,
    OIDC_USER_INFO_ENDPOINT: signIn.userinfoUrl,
    OIDC_JWKS_URI: signIn.jwksUrl,
    OIDC_SCOPE: 'openid,profile,email',
    OIDC_UID_FIELD: 'preferred_username',
    OIDC_USE_PKCE: true,
    OIDC_CLIENT_ID: signIn.clientId,
    OIDC_CLIENT_SECRET: signIn.clientSecret,
    OIDC_REDIRECT_URI: `${url}/auth/auth/openid_connect/callback`,
    OIDC_SECURITY_ASSUME_EMAIL_IS_VERIFIED: true,
    SSL_CERT_FILE: file(signIn.authority),
    ...(mail
      ? {
          SMTP_SERVER: mail.host,
          SMTP_PORT: mail.port,
          SMTP_LOGIN: mail.user,
          SMTP_PASSWORD: mail.password,
          SMTP_FROM_ADDRESS: mail.from,
          SMTP_TLS: mail.tls === 'implicit',
          SMTP_ENABLE_STARTTLS: mail.tls === 'implicit' ? 'never' : 'always',
          ...(mail.authority ? { SMTP_CA_FILE: file(mail.authority) } : {}),
        }
      : { SMTP_DELIVERY_METHOD: 'test' }),
  }),
  // Tables first, so that no job meets those of the version before.
  command: () => ['sh', '-c', 'bundle exec rails db:prepare && exec bundle exec puma -C config/puma.rb'],
  setup: ({ cluster: { admin } }) => {
    const account = admin.name.replaceAll(/\W/g, '_');
    return [
      {
        title: 'the owner, who signs in by the sign-on server like everybody',
        argv: ['bin/tootctl', 'accounts', 'create', account, '--email', admin.email, '--confirmed', '--approve', '--reattach'],
      },
      { title: 'the owner’s role', argv: ['bin/tootctl', 'accounts', 'modify', account, '--role', 'Owner'] },
    ];
  },
  workers: {
    jobs: {
      title: 'jobs that wait',
      first: true,
      image: 'valkey/valkey:8.1.5',
      shares: ['files', 'volumes'],
      ports: { jobs: tcp(6379) },
      health: { command: ['sh', '-c', 'REDISCLI_AUTH=$(cat "$PASSWORD_FILE") valkey-cli ping | grep -q PONG'] },
      limits: { memory: '256MiB', cpus: 1 },
      env: ({ jobsPassword }) => ({ PASSWORD_FILE: file(jobsPassword) }),
      command: ({ here }) => ['valkey-server', here.file.jobs],
    },
    sidekiq: {
      title: 'jobs',
      ports: { metrics: http(9394) },
      health: { port: 'metrics', path: '/metrics', via: 'curl', startSeconds: 120 },
      limits: { memory: '1GiB', cpus: 2 },
      metrics: { port: 'metrics', path: '/metrics' },
      env: ({ worker }) => ({
        SIDEKIQ_CONCURRENCY: 5,
        DB_POOL: 6,
        MASTODON_PROMETHEUS_EXPORTER_ENABLED: true,
        MASTODON_PROMETHEUS_EXPORTER_SIDEKIQ_DETAILED_METRICS: true,
        MASTODON_PROMETHEUS_EXPORTER_LOCAL: true,
        MASTODON_PROMETHEUS_EXPORTER_HOST: worker.listen('metrics').address,
        MASTODON_PROMETHEUS_EXPORTER_PORT: worker.listen('metrics').port,
      }),
      command: () => ['bundle', 'exec', 'sidekiq'],
    },
    streaming: {
      title: 'live timelines',
      image: 'ghcr.io/mastodon/mastodon-streaming:v4.6.5',
      shares: ['env'],
      ports: { stream: http(4000) },
      health: { port: 'stream', path: '/api/v1/streaming/health', via: 'curl' },
      limits: { memory: '256MiB', cpus: 1 },
      route: { port: 'stream', paths: ['/api/v1/streaming*'] },
      metrics: { port: 'stream', path: '/metrics' },
      env: ({ worker }) => ({ BIND: worker.listen('stream').address, PORT: worker.listen('stream').port }),
    },
  },
  files: {
    jobs: {
      path: '/etc/valkey/mastodon.conf',
      content: ({ jobsPassword, here }) =>
        lines(
          text`requirepass ${jobsPassword}`,
          'bind 0.0.0.0',
          `port ${here.reach('jobs', 'jobs').port}`,
          `dir ${here.volume.jobs}`,
          'appendonly yes',
          'save ""',
          'maxmemory-policy noeviction',
        ),
    },
  },
});
