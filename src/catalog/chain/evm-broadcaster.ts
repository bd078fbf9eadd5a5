import { evmChains, secret } from '../../contracts/index.ts';
import { defineService, file, http, volume } from '../../service/index.ts';

/**
 * Part of this project, so there is no image of another's to prefer. It follows no chain until the owner names one with its RPCs under
 * `payments` in cluster.yaml. Its accounts are made by itself; `evm-import <name>` takes in a key that was made elsewhere. Who has the
 * volume and the secret `key` has the coins, so keep both, and apart.
 */
export const evmBroadcaster = defineService('evm-broadcaster', {
  title: 'EVM broadcaster',
  summary: 'Signs payments on Ethereum and its kin, sends them, and follows each until it is final.',
  docs: 'https://ethereum.org/developers/docs/apis/json-rpc',
  licence: 'Apache-2.0',
  category: 'chain',
  debian: 'core',
  user: '10001:10001',

  ports: { web: http(8081), metrics: http(9464) },
  volumes: { data: volume('/data', { role: 'data', backup: 'hourly' }) },
  needs: { key: secret({ kind: 'base64url', bytes: 48 }, { keeps: 'data' }), chains: evmChains() },
  provides: { evm: { port: 'web' } },
  health: { port: 'web', path: '/health' },
  metrics: { port: 'metrics', path: '/metrics' },
  // It answers so only after it has written its database; with no chain there is nothing that could be paid.
  smoke: { path: '/health', expect: { text: '"status":"ok"' } },
  limits: { memory: '256MiB', cpus: 0.5 },
  alerts: [
    {
      name: 'PaymentStuck',
      expr: 'evm_broadcaster_waiting_seconds > 900',
      for: '1m',
      severity: 'critical',
      summary: 'A payment on {{ $labels.chain }} has waited for a block for more than a quarter of an hour.',
    },
    {
      name: 'PaymentLost',
      expr: 'increase(evm_broadcaster_payments_ended_total{state="lost"}[1h]) > 0',
      for: '0m',
      severity: 'critical',
      summary: 'A nonce on {{ $labels.chain }} was used by a transaction that was not signed here: perhaps a key is stolen.',
    },
    {
      name: 'AccountLow',
      expr: 'evm_broadcaster_balance_low == 1',
      for: '5m',
      severity: 'warning',
      summary: 'Account {{ $labels.account }} has less coins on {{ $labels.chain }} than its owner wants.',
    },
    {
      name: 'ChainAway',
      expr: 'evm_broadcaster_chain_up == 0',
      for: '5m',
      severity: 'critical',
      summary: 'No RPC of {{ $labels.chain }} can be used: nothing is paid there and nothing is followed.',
    },
  ],
  dashboard: [
    { title: 'Payments by state', expr: 'evm_broadcaster_payments', unit: 'short', legend: '{{chain}}: {{state}}' },
    { title: 'Longest wait for a block', expr: 'evm_broadcaster_waiting_seconds', unit: 's', legend: '{{chain}}' },
    { title: 'Balances in whole coins', expr: 'evm_broadcaster_balance_coins', unit: 'short', legend: '{{chain}}: {{account}}' },
    { title: 'Base fee in gwei', expr: 'evm_broadcaster_base_fee_gwei', unit: 'short', legend: '{{chain}}' },
    {
      title: 'Sent to RPCs',
      expr: 'sum by (chain, result) (rate(evm_broadcaster_sendings_total[5m]))',
      unit: 'ops',
      legend: '{{chain}}: {{result}}',
    },
    { title: 'RPCs that can be used', expr: 'evm_broadcaster_rpcs_usable', unit: 'short', legend: '{{chain}}' },
  ],
  logs: [
    { pattern: '"event":"chain.away"', means: 'No RPC of a chain answers, or each is of another chain; the cause is in the line.' },
    { pattern: '"event":"payment.lost"', means: 'A key of the broadcaster is used elsewhere too: move the coins away if that is not you.' },
    {
      pattern: '"event":"config.former"',
      means: 'chains.yaml in the volume is no longer read: say the same under payments: in cluster.yaml, and remove it.',
    },
  ],

  files: { chains: { path: '/config/chains.json', content: ({ chains }) => chains.content } },
  env: ({ key, here: { file: files, listen, volume: volumes } }) => ({
    EVM_DATABASE: `${volumes.data}/ledger.sqlite`,
    EVM_CHAINS_FILE: files.chains,
    EVM_KEY_FILE: file(key),
    EVM_HOST: listen.web.address,
    EVM_PORT: listen.web.port,
    EVM_METRICS_PORT: listen.metrics.port,
  }),
  command: () => ['evm-broadcaster'],
  process: {
    packages: [],
    argv: ({ here }) => ['node', `${here.recipe}/serve.js`, 'evm-broadcaster'],
    env: ({ here }) => ({ DATAMANCY_PROGRAM: `${here.recipe}/serve.js` }),
  },
});
