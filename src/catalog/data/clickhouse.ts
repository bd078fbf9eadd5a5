import { secret } from '../../contracts/index.ts';
import { defineService, file, http, tcp, volume, yaml } from '../../service/index.ts';

/** Tables in which the server writes down what it does; together they grow faster than the data of a small cluster. */
const diaries = [
  'asynchronous_metric_log',
  'error_log',
  'latency_log',
  'metric_log',
  'part_log',
  'processors_profile_log',
  'query_metric_log',
  'query_thread_log',
  'query_views_log',
  'text_log',
  'trace_log',
];

export const clickhouse = defineService('clickhouse', {
  title: 'ClickHouse',
  summary: 'Database for figures and events by the million; each client has a user and a database.',
  docs: 'https://clickhouse.com/docs/operations/configuration-files',
  licence: 'Apache-2.0',
  category: 'data',
  // The variant with no file capabilities on its program, which therefore starts without any.
  image: 'clickhouse/clickhouse-server:26.3.17.110-alpine',
  user: '101:101',

  ports: { web: http(8123), native: tcp(9000), metrics: http(9363) },
  provides: { clickhouse: { port: 'web' } },
  volumes: { data: volume('/var/lib/clickhouse', { role: 'data', backup: 'daily', size: '5GiB' }) },
  // The entrypoint writes the administrator's account here at each start.
  tmpfs: ['/etc/clickhouse-server/users.d'],
  needs: { password: secret({ kind: 'password' }) },

  route: { port: 'web', access: { groups: ['admin'] } },
  health: { port: 'web', path: '/ping', startSeconds: 60 },
  smoke: {
    command: [
      'sh',
      '-c',
      'CLICKHOUSE_PASSWORD=$(cat "$CLICKHOUSE_PASSWORD_FILE") clickhouse-client --query "SELECT sum(number) FROM numbers(1000)"',
    ],
    expect: '499500',
  },
  metrics: { port: 'metrics', path: '/metrics' },
  limits: { memory: '3GiB', cpus: 2, pids: 4096 },
  stopSeconds: 60,
  alerts: [
    {
      name: 'ClickhouseRefusesInserts',
      expr: 'increase(ClickHouseProfileEvents_RejectedInserts[10m]) > 0',
      for: '5m',
      severity: 'critical',
      summary: 'ClickHouse refuses rows because too many parts wait to be merged: write larger batches.',
    },
  ],
  dashboard: [
    { title: 'Queries', expr: 'rate(ClickHouseProfileEvents_Query[5m])', unit: 'ops' },
    { title: 'Queries that failed', expr: 'rate(ClickHouseProfileEvents_FailedQuery[5m])', unit: 'ops' },
    { title: 'Rows written', expr: 'rate(ClickHouseProfileEvents_InsertedRows[5m])', unit: 'ops' },
    { title: 'Memory', expr: 'ClickHouseMetrics_MemoryTracking', unit: 'bytes' },
    { title: 'Parts in one partition', expr: 'ClickHouseAsyncMetrics_MaxPartCountForPartition', unit: 'short' },
  ],
  logs: [
    { pattern: 'MEMORY_LIMIT_EXCEEDED', means: 'A query wants more memory than the unit has: narrow it, or raise limits.memory.' },
    { pattern: 'TOO_MANY_PARTS', means: 'Rows come one by one: write them in batches, or set async_insert.' },
  ],

  env: ({ password }) => ({ CLICKHOUSE_PASSWORD_FILE: file(password), CLICKHOUSE_DEFAULT_ACCESS_MANAGEMENT: 1 }),
  files: {
    settings: {
      path: '/etc/clickhouse-server/config.d/cluster.yaml',
      content: ({ here: { listen, limits } }) =>
        yaml({
          http_port: listen.web.port,
          tcp_port: listen.native.port,
          logger: { level: 'warning', console: 1, log: { '@remove': 'remove' }, errorlog: { '@remove': 'remove' } },
          // The rest it divides itself, of nine tenths of the limit.
          mark_cache_size: Math.floor(limits.memoryBytes / 12),
          prometheus: { endpoint: '/metrics', port: listen.metrics.port, metrics: true, events: true, asynchronous_metrics: true },
          query_log: { ttl: 'event_date + INTERVAL 14 DAY DELETE' },
          ...Object.fromEntries(diaries.map((diary) => [diary, { '@remove': 'remove' }])),
        }),
    },
  },
});
