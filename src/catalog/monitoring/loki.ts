import { reach } from '../../contracts/index.ts';
import { defineService, http, optional, volume, yaml } from '../../service/index.ts';

/** One process with its store on disk. It asks nobody who they are, so it has no address: people read it through Grafana. */
export const loki = defineService('loki', {
  title: 'Loki',
  summary: 'Keeps the log lines of every service for a month and finds them again.',
  docs: 'https://grafana.com/docs/loki/v3.7.x/configure/',
  licence: 'AGPL-3.0-only',
  category: 'monitoring',
  image: 'grafana/loki:3.7.6',
  user: '10001:10001',

  ports: { web: http(3100) },
  provides: { logs: { port: 'web' } },
  volumes: {
    data: volume('/loki', {
      role: 'data',
      backup: { skip: 'log lines of the past month; a restored cluster starts new ones' },
      size: '5GiB',
    }),
  },
  needs: { alerting: optional(reach('alerting')) },

  // The image holds this one program and no shell; it says ready 15 s after its parts are.
  health: { command: ['/usr/bin/loki', '-health', '-health.url=http://127.0.0.1:3100/ready'], startSeconds: 90 },
  metrics: { port: 'web', path: '/metrics' },
  smoke: { command: ['/usr/bin/loki', '-health', '-health.url=http://127.0.0.1:3100/loki/api/v1/labels'] },
  limits: { memory: '768MiB', cpus: 1, pids: 512 },
  stopSeconds: 60,
  alerts: [
    {
      name: 'LogLinesRefused',
      expr: 'sum by (reason) (rate(loki_discarded_samples_total[5m])) > 1',
      for: '10m',
      severity: 'warning',
      summary: 'Loki refuses log lines ({{ $labels.reason }}), so some services are not fully heard.',
    },
    {
      name: 'LogStoreFails',
      expr: 'increase(loki_ingester_chunks_flush_failures_total[15m]) > 0',
      for: '5m',
      severity: 'critical',
      summary: 'Loki cannot write log lines to its volume: the disk may be full.',
    },
  ],
  dashboard: [
    { title: 'Lines taken', expr: 'sum(rate(loki_distributor_lines_received_total[5m]))', unit: 'ops' },
    { title: 'Bytes taken', expr: 'sum(rate(loki_distributor_bytes_received_total[5m]))', unit: 'binBps' },
    { title: 'Lines refused', expr: 'sum by (reason) (rate(loki_discarded_samples_total[5m]))', unit: 'ops' },
    { title: 'Streams in memory', expr: 'sum(loki_ingester_memory_streams)', unit: 'short' },
    {
      title: 'Slowest answer in 20',
      expr: 'histogram_quantile(0.95, sum by (le, route) (rate(loki_request_duration_seconds_bucket[5m])))',
      unit: 's',
    },
  ],
  logs: [
    { pattern: 'no space left on device', means: 'The disk that holds its volume is full: free some, or keep lines for a shorter time.' },
    { pattern: 'per-user streams limit exceeded', means: 'Too many different labels reach it: look for one that differs on each line.' },
  ],

  files: {
    config: {
      path: '/etc/loki/local-config.yaml',
      content: ({ alerting, here: { listen, volume: at } }) =>
        yaml({
          auth_enabled: false,
          server: { http_listen_address: listen.web.address, http_listen_port: listen.web.port, grpc_listen_port: 9096, log_level: 'warn' },
          common: {
            instance_addr: '127.0.0.1',
            path_prefix: at.data,
            replication_factor: 1,
            ring: { kvstore: { store: 'inmemory' } },
            storage: { filesystem: { chunks_directory: `${at.data}/chunks`, rules_directory: `${at.data}/rules` } },
          },
          schema_config: {
            configs: [
              { from: '2024-01-01', store: 'tsdb', object_store: 'filesystem', schema: 'v13', index: { prefix: 'index_', period: '24h' } },
            ],
          },
          query_range: { results_cache: { cache: { embedded_cache: { enabled: true, max_size_mb: 64 } } } },
          limits_config: { retention_period: '744h', discover_log_levels: true, volume_enabled: true, max_query_parallelism: 8 },
          compactor: { working_directory: `${at.data}/compactor`, retention_enabled: true, delete_request_store: 'filesystem' },
          ...(alerting
            ? { ruler: { alertmanager_url: alerting.targets.map(({ host, port }) => `http://${host}:${port}`).join(',') } }
            : {}),
          analytics: { reporting_enabled: false },
        }),
    },
  },
});
