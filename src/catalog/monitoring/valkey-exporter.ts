import { valkey } from '../../contracts/index.ts';
import { defineService, http, json } from '../../service/index.ts';

export const valkeyExporter = defineService('valkey-exporter', {
  title: 'Valkey exporter',
  summary: 'Figures of the Valkey server, read by a user that sees no key.',
  docs: 'https://github.com/oliver006/redis_exporter/tree/v1.88.0',
  licence: 'MIT',
  category: 'monitoring',
  image: 'oliver006/redis_exporter:v1.88.0-alpine',
  debian: 'redis-exporter',
  user: '59000:59000',

  ports: { metrics: http(9121) },
  needs: { server: valkey({ monitor: true }) },
  health: { port: 'metrics', path: '/health' },
  smoke: { path: '/metrics', expect: { text: 'redis_up 1' } },
  metrics: { port: 'metrics', path: '/metrics' },
  limits: { memory: '64MiB', cpus: 0.5 },
  alerts: [
    { name: 'ValkeyDown', expr: 'redis_up == 0', for: '1m', severity: 'critical', summary: 'Valkey takes no connection.' },
    {
      name: 'ValkeyAlmostFull',
      expr: 'redis_memory_used_bytes / redis_memory_max_bytes > 0.9 and redis_memory_max_bytes > 0',
      for: '10m',
      severity: 'warning',
      summary: 'Valkey holds more than 90 % of what it may, and refuses to write when it is full: raise its limits.memory.',
    },
    {
      name: 'ValkeyNotSaved',
      expr: 'redis_aof_last_write_status == 0 or redis_aof_last_bgrewrite_status == 0',
      for: '5m',
      severity: 'critical',
      summary: 'Valkey cannot write to its volume: what changes now is lost at the next start.',
    },
  ],
  dashboard: [
    { title: 'Memory', expr: 'redis_memory_used_bytes', unit: 'bytes' },
    { title: 'Commands', expr: 'rate(redis_commands_processed_total[5m])', unit: 'ops' },
    { title: 'Connections', expr: 'redis_connected_clients', unit: 'short' },
    { title: 'Keys asked for in vain', expr: 'rate(redis_keyspace_misses_total[5m])', unit: 'ops' },
    { title: 'Keys dropped for want of memory', expr: 'rate(redis_evicted_keys_total[5m])', unit: 'ops' },
  ],
  logs: [{ pattern: 'NOPERM|WRONGPASS', means: 'Its user or its rights are not those of the grant: run `datamancy up`.' }],

  env: ({ server, here }) => ({
    REDIS_ADDR: `redis://${server.address}`,
    REDIS_USER: server.user,
    REDIS_PASSWORD_FILE: here.file.passwords,
    REDIS_EXPORTER_WEB_LISTEN_ADDRESS: `${here.listen.metrics.address}:${here.listen.metrics.port}`,
    // Names itself otherwise, which its rights do not allow.
    REDIS_EXPORTER_SET_CLIENT_NAME: false,
  }),
  files: {
    passwords: {
      path: '/etc/redis-exporter/passwords.json',
      content: ({ server }) => json({ [`redis://${server.user}@${server.address}`]: server.password }),
    },
  },
});
