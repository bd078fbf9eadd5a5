import { ldap, secret, signOnServer, valkey } from '../../contracts/index.ts';
import { defineService, file, rendered } from '../../service/index.ts';

/** Part of this project, so there is no image of another's to prefer. */
export const gate = defineService('gate', {
  ...signOnServer,
  title: 'Gate',
  summary: 'The sign-in page, and the answer to the edge who may pass.',
  docs: 'https://www.authelia.com/reference/guides/proxy-authorization/',
  licence: 'Apache-2.0',
  debian: 'core',
  user: '10001:10001',

  needs: { directory: ldap(), cache: valkey(), sessionSecret: secret({ kind: 'base64url', bytes: 48 }) },
  limits: { memory: '256MiB', cpus: 1 },
  alerts: [
    {
      name: 'ManySignInsRefused',
      expr: 'sum(increase(gate_sign_ins_total{result=~"refused|banned"}[10m])) > 50',
      for: '1m',
      severity: 'warning',
      summary: 'More than 50 attempts to sign in were refused in ten minutes.',
    },
    {
      name: 'SignInUnavailable',
      expr: 'sum(increase(gate_authz_decisions_total{result="unavailable"}[5m])) > 0',
      for: '2m',
      severity: 'critical',
      summary: 'Nobody can pass the edge, because sessions cannot be read.',
    },
  ],

  env: ({ directory, cache, sessionSecret, cluster, here }) => ({
    AUTHELIA_SESSION_SECRET_FILE: file(sessionSecret),
    AUTHELIA_SESSION_REDIS_PASSWORD_FILE: file(cache.password),
    AUTHELIA_AUTHENTICATION_BACKEND_LDAP_PASSWORD_FILE: file(directory.bindPassword),
    DATAMANCY_PORTAL_FILE: here.file.portal,
    DATAMANCY_TITLE: cluster.domain,
  }),
  command: ({ here }) => ['gate', '--config', here.file.configuration],
  files: {
    configuration: { path: '/config/configuration.yml', content: () => rendered('authelia') },
    portal: { path: '/config/portal.json', content: () => rendered('portal') },
  },
  process: {
    packages: [],
    argv: ({ here }) => ['node', `${here.recipe}/serve.js`, 'gate', '--config', here.file.configuration],
  },
});
