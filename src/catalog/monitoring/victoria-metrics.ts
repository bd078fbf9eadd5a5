import { reach } from '../../contracts/index.ts';
import { defineService, http, optional, rendered, volume } from '../../service/index.ts';

/** Prometheus' place with a tenth of its disk: reads the same configuration and rules, and keeps figures for a year. */
export const victoriaMetrics = defineService('victoria-metrics', {
  title: 'VictoriaMetrics',
  summary: 'Collects figures of every service in the place of Prometheus, and keeps them for a year.',
  docs: 'https://docs.victoriametrics.com/victoriametrics/single-server-victoriametrics/',
  licence: 'Apache-2.0',
  category: 'monitoring',
  image: 'victoriametrics/victoria-metrics:v1.150.0',
  debian: 'victoria-metrics',
  user: '1000:1000',
  conflicts: ['prometheus'],

  ports: { web: http(8428) },
  provides: { metrics: { port: 'web' } },
  volumes: { data: volume('/victoria-metrics-data', { role: 'data', backup: 'daily', size: '4GiB' }) },
  needs: { alerting: optional(reach('alerting')) },

  route: { port: 'web', host: 'metrics', access: { groups: ['admin', 'operator'] } },
  health: { port: 'web', path: '/health' },
  smoke: { path: '/api/v1/query?query=1', expect: { text: '"status":"success"' } },
  metrics: { port: 'web', path: '/metrics' },
  limits: { memory: '512MiB', cpus: 1 },
  stopSeconds: 30,
  alerts: [
    {
      name: 'FiguresNotStored',
      expr: 'vm_storage_is_read_only == 1 or increase(vm_rows_ignored_total[15m]) > 0',
      for: '5m',
      severity: 'critical',
      summary: 'VictoriaMetrics refuses figures: its disk may be full.',
    },
  ],
  dashboard: [
    { title: 'Samples taken', expr: 'sum(rate(vm_rows_inserted_total[5m]))', unit: 'ops' },
    { title: 'New series', expr: 'rate(vm_new_timeseries_created_total[5m])', unit: 'ops' },
    { title: 'On disk', expr: 'sum(vm_data_size_bytes)', unit: 'bytes' },
    { title: 'Room left', expr: 'vm_free_disk_space_bytes', unit: 'bytes' },
    { title: 'Alert rules that failed', expr: 'sum by (alertname) (rate(vmalert_alerting_rules_errors_total[5m]))', unit: 'ops' },
  ],
  logs: [{ pattern: 'cannot be opened by another process|flock', means: 'Two processes want one volume: the older one has to end first.' }],

  command: ({ here }) => [
    `-storageDataPath=${here.volume.data}`,
    '-retentionPeriod=1y',
    `-httpListenAddr=${here.listen.web.address}:${here.listen.web.port}`,
    `-promscrape.config=${here.file.config}`,
    // Rules and alerting of Prometheus' file are for the worker.
    '-promscrape.config.strictParse=false',
  ],
  files: {
    config: { path: '/etc/victoria-metrics/prometheus.yml', content: () => rendered('prometheus') },
    rules: { path: '/etc/victoria-metrics/rules.yml', content: () => rendered('prometheus-rules') },
  },
  workers: {
    vmalert: {
      title: 'vmalert',
      image: 'victoriametrics/vmalert:v1.150.0',
      debian: 'vmalert',
      shares: ['files'],
      ports: { judge: http(8880) },
      health: { port: 'judge', path: '/health' },
      metrics: { port: 'judge', path: '/metrics' },
      limits: { memory: '128MiB', cpus: 0.5 },
      command: ({ alerting, here, worker }) => {
        const { host, port } = here.reach('web');
        const { address, port: own } = worker.listen('judge');
        return [
          `-rule=${here.file.rules}`,
          `-datasource.url=http://${host}:${port}`,
          `-remoteWrite.url=http://${host}:${port}`,
          `-remoteRead.url=http://${host}:${port}`,
          `-httpListenAddr=${address}:${own}`,
          ...(alerting?.targets.map((target) => `-notifier.url=http://${target.host}:${target.port}`) ?? ['-notifier.blackhole']),
        ];
      },
    },
  },
});
