import { evm, evmPolicies, oidc } from '../../contracts/index.ts';
import { defineService, file, http, volume } from '../../service/index.ts';

/**
 * Part of this project, so there is no image of another's to prefer. Nobody may transfer anything until the owner says who and how much,
 * under `payments` in cluster.yaml. Programs send the ID token of this client as a bearer, which a person gets at /login with a second factor. Exchanges, and limits in a currency, which would need prices, are out of its scope.
 */
export const txGateway = defineService('tx-gateway', {
  title: 'Transaction gateway',
  summary: 'Decides who may transfer what to whom, writes it down, and has it paid once.',
  docs: 'https://www.ietf.org/archive/id/draft-ietf-httpapi-idempotency-key-header-06.html',
  licence: 'Apache-2.0',
  category: 'chain',
  debian: 'core',
  user: '10001:10001',

  ports: { web: http(8080), metrics: http(9465) },
  volumes: { data: volume('/data', { role: 'data', backup: 'hourly' }) },
  needs: {
    chains: evm(),
    policies: evmPolicies(),
    signIn: oidc({ callback: '/callback', idTokenClaims: ['groups', 'preferred_username'] }),
  },
  route: { port: 'web', host: 'tx', access: { login: 'signIn', groups: ['operator'], start: '/login', secondFactor: true } },
  health: { port: 'web', path: '/health' },
  metrics: { port: 'metrics', path: '/metrics' },
  // It answers so only after it has written its database and heard from the broadcaster.
  smoke: { path: '/health', expect: { text: '"status":"ok"' } },
  limits: { memory: '256MiB', cpus: 0.5 },
  alerts: [
    {
      name: 'TransfersHalted',
      expr: 'tx_gateway_halted == 1',
      for: '1m',
      severity: 'warning',
      summary: 'An administrator stopped all transfers, and nobody has let them go on.',
    },
    {
      name: 'TransfersWait',
      expr: 'tx_gateway_waiting > 0 and tx_gateway_halted == 0',
      for: '5m',
      severity: 'critical',
      summary: 'The broadcaster has not taken transfers that were granted five minutes ago.',
    },
    {
      name: 'ManyTransfersDenied',
      expr: 'sum(increase(tx_gateway_decisions_total{result!~"decided|dry-run"}[10m])) > 30',
      for: '1m',
      severity: 'warning',
      summary: 'More than 30 transfers were denied in ten minutes: somebody may have stolen a token.',
    },
  ],
  dashboard: [
    { title: 'Decisions', expr: 'sum by (result) (rate(tx_gateway_decisions_total[5m]))', unit: 'ops', legend: '{{result}}' },
    { title: 'Transfers not handed over', expr: 'tx_gateway_waiting', unit: 'short' },
    { title: 'Tokens refused', expr: 'sum by (reason) (rate(tx_gateway_tokens_refused_total[5m]))', unit: 'ops', legend: '{{reason}}' },
    { title: 'Halted', expr: 'tx_gateway_halted', unit: 'short' },
  ],
  logs: [
    { pattern: '"event":"sign-on.away"', means: 'The sign-on server cannot be asked, so nobody can sign in here.' },
    { pattern: '"event":"payment.unknown"', means: 'The broadcaster lost a payment that it had taken: was an old backup of it restored?' },
    {
      pattern: '"event":"config.former"',
      means: 'policy.yaml in the volume is no longer read: say the same under payments: in cluster.yaml, and remove it.',
    },
  ],

  files: { policies: { path: '/config/policies.json', content: ({ policies }) => policies.content } },
  env: ({ chains, signIn, url, cluster, here: { file: files, listen, volume: volumes } }) => ({
    TX_DATABASE: `${volumes.data}/gateway.sqlite`,
    TX_POLICIES_FILE: files.policies,
    TX_HOST: listen.web.address,
    TX_PORT: listen.web.port,
    TX_METRICS_PORT: listen.metrics.port,
    TX_URL: url,
    DATAMANCY_TITLE: cluster.domain,
    TX_BROADCASTER_URL: chains.url,
    TX_BROADCASTER_TOKEN_FILE: file(chains.token),
    OIDC_ISSUER: signIn.issuer,
    OIDC_JWKS_URL: signIn.jwksUrl,
    OIDC_CLIENT_ID: signIn.clientId,
    OIDC_CLIENT_SECRET_FILE: file(signIn.clientSecret),
    OIDC_SCOPES: signIn.scopes,
    NODE_EXTRA_CA_CERTS: file(signIn.authority),
  }),
  command: () => ['tx-gateway'],
  process: { packages: [], argv: ({ here }) => ['node', `${here.recipe}/serve.js`, 'tx-gateway'] },
});
