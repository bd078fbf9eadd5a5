import { postgres, signOnNeeds, signOnSecretFiles, signOnServer, valkey } from '../../contracts/index.ts';
import { defineService, file, rendered } from '../../service/index.ts';

export const authelia = defineService('authelia', {
  ...signOnServer,
  title: 'Authelia',
  summary: 'Sign-on server with OpenID Connect and a second factor; takes the place of gate.',
  docs: 'https://www.authelia.com/configuration/prologue/introduction/',
  licence: 'Apache-2.0',
  conflicts: ['gate'],
  image: 'authelia/authelia:4.39.15',
  user: '1000:1000',

  // Its page for a forgotten password: links of its own are made by nobody else.
  provides: { ...signOnServer.provides, 'sign-on': { port: 'web', resets: '/reset-password/step1' } },
  needs: { ...signOnNeeds, cache: valkey({ prefix: 'authelia-session' }), db: postgres() },
  limits: { memory: '256MiB', cpus: 1 },
  alerts: [
    {
      name: 'AutheliaRefusesMany',
      expr: 'sum(increase(authelia_authn{success="false"}[10m])) > 50',
      for: '1m',
      severity: 'warning',
      summary: 'More than 50 attempts to sign in were refused in ten minutes.',
    },
  ],
  dashboard: [
    {
      title: 'Attempts to sign in',
      expr: 'sum by (success, banned) (rate(authelia_authn[5m]))',
      unit: 'ops',
      legend: 'accepted: {{success}}, banned: {{banned}}',
    },
    { title: 'Decisions at the edge', expr: 'sum by (code) (rate(authelia_authz[5m]))', unit: 'reqps' },
    {
      title: 'Slowest answer in 20',
      expr: 'histogram_quantile(0.95, sum by (le) (rate(authelia_request_duration_bucket[5m])))',
      unit: 's',
    },
  ],

  env: ({ db, here, ...granted }) => ({
    ...signOnSecretFiles(granted),
    X_AUTHELIA_CONFIG: here.file.configuration,
    AUTHELIA_SERVER_DISABLE_HEALTHCHECK: true,
    AUTHELIA_STORAGE_POSTGRES_PASSWORD_FILE: file(db.password),
    ...(granted.mail?.authority ? { SSL_CERT_FILE: file(granted.mail.authority) } : {}),
  }),
  files: { configuration: { path: '/config/configuration.yml', content: () => rendered('authelia') } },
});
