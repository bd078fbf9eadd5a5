import { bouncer, signOnNeeds, signOnSecretFiles, signOnServer, valkey } from '../../contracts/index.ts';
import { defineService, file, optional, rendered, volume } from '../../service/index.ts';

/** Part of this project, so there is no image of another's to prefer. */
export const gate = defineService('gate', {
  ...signOnServer,
  title: 'Gate',
  summary: 'The sign-in page, and the answer to the edge who may pass.',
  docs: 'https://www.authelia.com/reference/guides/proxy-authorization/',
  licence: 'Apache-2.0',
  debian: 'core',
  user: '10001:10001',

  // `links` names the secret that signs links to choose a password, so that `datamancy users` can make them too.
  provides: {
    'sign-on': { port: 'web', links: 'resetSecret' },
    oidc: { ...signOnServer.provides.oidc, signOut: 'by applications too' },
  },
  needs: { ...signOnNeeds, cache: valkey(), bouncer: optional(bouncer()) },
  volumes: { data: volume('/data', { role: 'data', backup: 'hourly' }) },
  smoke: { path: '/api/health', expect: { text: '"status":"OK"' } },
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
    {
      name: 'SecondFactorsUnavailable',
      expr: 'gate_records_up == 0',
      for: '2m',
      severity: 'critical',
      summary: 'Second factors cannot be read: nobody enters what asks for one.',
    },
    {
      name: 'ManySecondFactorsRefused',
      expr: 'sum(increase(gate_second_factors_total{result=~"refused|banned"}[10m])) > 20',
      for: '1m',
      severity: 'warning',
      summary: 'More than 20 second factors were refused in ten minutes: somebody may have learnt a password.',
    },
  ],
  dashboard: [
    { title: 'Attempts to sign in', expr: 'sum by (result) (rate(gate_sign_ins_total[5m]))', unit: 'ops' },
    { title: 'Decisions at the edge', expr: 'sum by (result) (rate(gate_authz_decisions_total[5m]))', unit: 'reqps' },
    {
      title: 'Slowest decision in 20',
      expr: 'histogram_quantile(0.95, sum by (le) (rate(gate_authz_duration_seconds_bucket[5m])))',
      unit: 's',
    },
    {
      title: 'Answers to apps',
      expr: 'sum by (client, result) (rate(gate_oidc_answers_total[5m]))',
      unit: 'reqps',
      legend: '{{client}}: {{result}}',
    },
  ],

  env: ({ cluster, here, ...granted }) => ({
    ...signOnSecretFiles(granted),
    ...(granted.bouncer ? { AUTHELIA_BOUNCER_API_KEY_FILE: file(granted.bouncer.key) } : {}),
    X_AUTHELIA_CONFIG: here.file.configuration,
    DATAMANCY_PORTAL_FILE: here.file.portal,
    DATAMANCY_TITLE: cluster.domain,
    ...(granted.mail?.authority ? { NODE_EXTRA_CA_CERTS: file(granted.mail.authority) } : {}),
  }),
  command: ({ here }) => ['gate', '--config', here.file.configuration],
  files: {
    configuration: { path: '/config/configuration.yml', content: () => rendered('authelia') },
    portal: { path: '/config/portal.json', content: () => rendered('portal') },
  },
  process: {
    packages: [],
    argv: ({ here }) => ['node', `${here.recipe}/serve.js`, 'gate', '--config', here.file.configuration],
    env: ({ here }) => ({ DATAMANCY_PROGRAM: `${here.recipe}/serve.js` }),
  },
});
