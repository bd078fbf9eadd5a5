import type { Facts } from '../../service/index.ts';
import { defineService, http, rendered, volume } from '../../service/index.ts';

function flags({ here, url }: Facts<'web', 'data', 'config'>): readonly string[] {
  return [
    `--config.file=${here.file.config}`,
    `--storage.tsdb.path=${here.volume.data}`,
    '--storage.tsdb.retention.time=30d',
    '--storage.tsdb.retention.size=4GB',
    `--web.listen-address=${here.listen.web.address}:${here.listen.web.port}`,
    `--web.external-url=${url}`,
  ];
}

export const prometheus = defineService('prometheus', {
  title: 'Prometheus',
  summary: 'Collects figures of every service and judges the alert rules.',
  docs: 'https://prometheus.io/docs/prometheus/3.5/',
  licence: 'Apache-2.0',
  category: 'monitoring',
  image: 'prom/prometheus:v3.5.0',
  debian: 'prometheus',
  user: '65534:65534',

  ports: { web: http(9090) },
  provides: { metrics: { port: 'web' } },
  volumes: {
    data: volume('/prometheus', {
      role: 'data',
      backup: { skip: 'figures of the past month; a restored cluster starts new ones' },
      size: '4GiB',
    }),
  },

  route: { port: 'web', access: { groups: ['admin', 'operator'] } },
  health: { port: 'web', path: '/-/ready' },
  metrics: { port: 'web', path: '/metrics' },
  smoke: { path: '/api/v1/status/runtimeinfo', expect: { text: '"status":"success"' } },
  limits: { memory: '768MiB', cpus: 1 },
  stopSeconds: 30,
  alerts: [
    {
      name: 'AlertRulesFail',
      expr: 'increase(prometheus_rule_evaluation_failures_total[10m]) > 0',
      for: '5m',
      severity: 'critical',
      summary: 'Some alert rules cannot be judged, so alerts may be missing.',
    },
    {
      name: 'AlertsNotDelivered',
      expr: 'increase(prometheus_notifications_dropped_total[10m]) > 0',
      for: '5m',
      severity: 'critical',
      summary: 'Alerts do not reach the alertmanager.',
    },
  ],
  dashboard: [
    { title: 'Series', expr: 'prometheus_tsdb_head_series', unit: 'short' },
    { title: 'Samples taken', expr: 'rate(prometheus_tsdb_head_samples_appended_total[5m])', unit: 'ops' },
    { title: 'On disk', expr: 'prometheus_tsdb_storage_blocks_bytes + prometheus_tsdb_wal_storage_size_bytes', unit: 'bytes' },
    { title: 'Slowest query in 10', expr: 'prometheus_engine_query_duration_seconds{quantile="0.9"}', unit: 's', legend: '{{slice}}' },
    { title: 'Time to judge the rules', expr: 'prometheus_rule_group_last_duration_seconds', unit: 's', legend: '{{rule_group}}' },
  ],
  logs: [
    { pattern: 'Evaluating rule failed', means: 'An alert cannot be judged; the line names it and says why.' },
    { pattern: 'Error sending alerts?', means: 'Alertmanager is away, so alerts wait here.' },
    { pattern: 'no space left on device', means: 'The disk is full, and figures are lost until there is room.' },
  ],

  command: (context) => flags(context),
  files: {
    config: { path: '/etc/prometheus/prometheus.yml', content: () => rendered('prometheus') },
    rules: { path: '/etc/prometheus/rules.yml', content: () => rendered('prometheus-rules') },
  },
  process: { packages: ['prometheus'], argv: (context) => ['prometheus', ...flags(context)] },
});
