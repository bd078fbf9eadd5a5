import { reach } from '../../contracts/index.ts';
import { defineService, http, optional, volume, yaml } from '../../service/index.ts';

/**
 * Each YAML file in its volume is a stream that runs from the start; one made over the API at /streams is gone after the next start.
 * A stream may run programs and reads from every store of the cluster, with credentials of its own: hence administrators only.
 */
export const redpandaConnect = defineService('redpanda-connect', {
  title: 'Redpanda Connect',
  summary: 'Carries data from one place to another and changes it on the way (once: Benthos).',
  docs: 'https://docs.redpanda.com/connect/guides/streams_mode/using_config_files/',
  licence: 'Apache-2.0 AND LicenseRef-Redpanda-Community',
  category: 'tools',
  image: 'redpandadata/connect:4.108.0',
  user: '10001:10001',

  ports: { web: http(4195) },
  volumes: { streams: volume('/streams', { role: 'data', backup: 'daily' }) },
  needs: { stores: optional(reach('postgres', 'mariadb', 'valkey', 'mongodb', 'clickhouse', 'qdrant', 'amqp', 'mqtt', 'nats')) },

  route: { port: 'web', host: 'connect', access: { groups: ['admin'], alone: 'whoever comes may run programs in it' } },
  // /ready also asks whether each stream has found its ends, which no restart would mend.
  health: { port: 'web', path: '/ping' },
  smoke: { path: '/streams', expect: { text: '{' } },
  metrics: { port: 'web', path: '/metrics' },
  limits: { memory: '384MiB', cpus: 1 },
  alerts: [
    {
      name: 'StreamsLoseTheirEnds',
      expr: 'sum(increase(output_error[15m])) > 10',
      for: '15m',
      severity: 'warning',
      summary: 'A stream of Redpanda Connect cannot write where it should.',
    },
  ],
  dashboard: [
    { title: 'Read', expr: 'sum by (stream) (rate(input_received{service="redpanda-connect"}[5m]))', unit: 'ops' },
    { title: 'Written', expr: 'sum by (stream) (rate(output_sent{service="redpanda-connect"}[5m]))', unit: 'ops' },
    { title: 'Not written', expr: 'sum by (stream) (rate(output_error{service="redpanda-connect"}[5m]))', unit: 'ops' },
  ],
  logs: [
    { pattern: 'Failed to connect to \\w+', means: 'An end of a stream is out of reach: its address or password is wrong.' },
    { pattern: 'failed to create stream|Config lint error', means: 'A file in the volume is no valid stream; the line says why.' },
  ],

  command: ({ here }) => ['streams', '--observability', here.file.settings, here.volume.streams],
  files: {
    settings: {
      path: '/etc/connect/cluster.yaml',
      content: ({ here: { listen } }) =>
        yaml({
          http: { enabled: true, address: `${listen.web.address}:${listen.web.port}`, debug_endpoints: false },
          metrics: { prometheus: {} },
          logger: { level: 'WARN', format: 'json' },
        }),
    },
  },
});
