import { oidc, postgres, secret, smtp } from '../../contracts/index.ts';
import { defineService, file, http, optional, text, volume, yaml } from '../../service/index.ts';

/**
 * The server's name is the domain, so that addresses are `@anna:example.org`; it can never change. Programs and other servers find it by
 * what the edge answers at the domain: where the domain's web site is elsewhere, that has to answer the same two paths.
 * https://spec.matrix.org/latest/client-server-api/#well-known-uris, https://spec.matrix.org/latest/server-server-api/#resolving-server-names
 */
export const synapse = defineService('synapse', {
  title: 'Synapse',
  summary: 'Chat, calls and rooms over Matrix, open to people of other servers too.',
  docs: 'https://element-hq.github.io/synapse/latest/usage/configuration/config_documentation.html',
  licence: 'AGPL-3.0-or-later',
  category: 'communication',
  image: 'matrixdotorg/synapse:v1.162.0',
  user: '991:991',

  ports: { web: http(8008), metrics: http(9000) },
  provides: { matrix: { port: 'web' } },
  volumes: {
    data: volume('/data', { role: 'data', backup: 'daily', size: '5GiB' }),
    uploads: volume('/var/lib/synapse-uploads', {
      role: 'cache',
      backup: { skip: 'files on their way to the media' },
      size: '1GiB',
    }),
  },
  needs: {
    // Synapse refuses any other.
    db: postgres({ locale: 'C' }),
    signIn: oidc({ callback: '/_synapse/client/oidc/callback' }),
    mail: optional(smtp()),
    signingKey: secret({ kind: 'base64url', bytes: 32 }, { keeps: 'data' }),
    macaroonKey: secret({ kind: 'base64url', bytes: 48 }),
    formSecret: secret({ kind: 'base64url', bytes: 48 }),
    registrationSecret: secret({ kind: 'base64url', bytes: 48 }),
  },

  route: {
    port: 'web',
    host: 'matrix',
    access: { login: 'signIn', groups: ['viewer'], start: '/_matrix/client/v3/login/sso/redirect/oidc-cluster?redirectUrl=/' },
  },
  wellKnown: ({ url }) => ({
    'matrix/client': { 'm.homeserver': { base_url: url } },
    'matrix/server': { 'm.server': `${new URL(url).hostname}:${new URL(url).port || 443}` },
  }),
  health: { port: 'web', path: '/health', via: 'curl', startSeconds: 120 },
  smoke: { path: '/_matrix/federation/v1/version', via: 'curl', expect: { text: 'Synapse' } },
  limits: { memory: '1GiB', cpus: 2 },
  stopSeconds: 60,
  metrics: { port: 'metrics', path: '/_synapse/metrics' },
  alerts: [
    {
      name: 'MatrixEventsLag',
      expr: 'max(synapse_event_processing_lag) > 30000',
      for: '10m',
      severity: 'warning',
      summary: 'Messages wait longer than 30 seconds before they go on to other servers and devices.',
    },
  ],
  dashboard: [
    { title: 'Events kept', expr: 'sum(rate(synapse_storage_events_persisted_events_total[5m]))', unit: 'ops' },
    { title: 'Answers', expr: 'sum by (code) (rate(synapse_http_server_responses_total[5m]))', unit: 'reqps' },
    {
      title: 'Slowest answer in 20',
      expr: 'histogram_quantile(0.95, sum by (le) (rate(synapse_http_server_response_time_seconds_bucket[5m])))',
      unit: 's',
    },
    { title: 'Events wait for', expr: 'synapse_event_processing_lag', unit: 'ms', legend: '{{name}}' },
    { title: 'People online', expr: 'sum(synapse_notifier_users)', unit: 'short' },
  ],
  logs: [
    {
      pattern: 'Error while preloading OIDC provider',
      means: 'The sign-on server does not answer: nobody can sign in until it does.',
    },
    {
      pattern: 'Failed to find any key to satisfy|Error (?:looking up|getting) keys from',
      means: 'Another server’s key is unknown: that server, or the way to matrix.org, is down.',
    },
    {
      pattern: 'You cannot change a synapse server_name',
      means: 'The name of the server was changed: give the cluster its first domain again.',
    },
  ],

  // A file in place of the one bundle, and beside it the directory with the authorities that sign for other servers.
  env: ({ signIn, here }) => ({
    SSL_CERT_FILE: file(signIn.authority),
    SSL_CERT_DIR: '/etc/ssl/certs',
    // Twisted writes down there what is larger than 100 kB.
    TMPDIR: here.volume.uploads,
  }),
  command: ({ here }) => ['run', '--config-path', here.file.config],
  setup: ({ cluster, here }) => [
    {
      title: 'the owner as administrator, with a password that nobody knows',
      argv: [
        'sh',
        '-c',
        'head -c 32 /dev/urandom | base64 | register_new_matrix_user --exists-ok --admin --user "$0" --config "$1" --password-file /dev/stdin',
        cluster.admin.name,
        here.file.config,
      ],
    },
  ],
  files: {
    config: {
      path: '/etc/synapse/homeserver.yaml',
      templates: 'Jinja, by which Synapse makes names and addresses of what sign-on says',
      content: ({ db, signIn, mail, signingKey, macaroonKey, formSecret, registrationSecret, cluster, url, here }) =>
        yaml({
          server_name: cluster.domain,
          public_baseurl: `${url}/`,
          report_stats: false,
          pid_file: '/tmp/homeserver.pid',
          log_config: here.file.log,
          media_store_path: `${here.volume.data}/media`,
          max_upload_size: '100M',
          listeners: [
            {
              port: here.listen.web.port,
              bind_addresses: [here.listen.web.address],
              type: 'http',
              x_forwarded: true,
              resources: [{ names: ['client', 'federation'] }],
            },
            { port: here.listen.metrics.port, bind_addresses: [here.listen.metrics.address], type: 'metrics' },
          ],
          enable_metrics: true,
          database: {
            name: 'psycopg2',
            args: { host: db.host, port: db.port, user: db.user, password: db.password, dbname: db.name, cp_min: 2, cp_max: 10 },
          },
          signing_key: text`ed25519 a_cluster ${signingKey}`,
          macaroon_secret_key_path: file(macaroonKey),
          form_secret_path: file(formSecret),
          registration_shared_secret_path: file(registrationSecret),
          trusted_key_servers: [{ server_name: 'matrix.org' }],
          suppress_key_server_warning: true,
          enable_registration: false,
          password_config: { enabled: false },
          oidc_providers: [
            {
              idp_id: 'cluster',
              idp_name: cluster.name,
              issuer: signIn.issuer,
              client_id: signIn.clientId,
              client_secret_path: file(signIn.clientSecret),
              scopes: ['openid', 'profile', 'email'],
              user_profile_method: 'userinfo_endpoint',
              // Every account comes from the directory, so a name that is there already is the same person's.
              allow_existing_users: true,
              user_mapping_provider: {
                config: {
                  localpart_template: '{{ user.preferred_username }}',
                  display_name_template: '{{ user.name }}',
                  email_template: '{{ user.email }}',
                },
              },
            },
          ],
          sso: { update_profile_information: true },
          ...(mail
            ? {
                email: {
                  smtp_host: mail.host,
                  smtp_port: mail.port,
                  smtp_user: mail.user,
                  smtp_pass: mail.password,
                  force_tls: mail.tls === 'implicit',
                  require_transport_security: true,
                  notif_from: `${cluster.name} <${mail.from}>`,
                },
              }
            : {}),
        }),
    },
    log: {
      path: '/etc/synapse/log.yaml',
      content: () =>
        yaml({
          version: 1,
          formatters: { brief: { format: '%(levelname)s %(name)s %(request)s %(message)s' } },
          handlers: { console: { class: 'logging.StreamHandler', formatter: 'brief' } },
          root: { level: 'WARNING', handlers: ['console'] },
          disable_existing_loggers: false,
        }),
    },
  },
});
