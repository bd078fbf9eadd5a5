import { postgres } from '../../contracts/index.ts';
import { defineService, file, http } from '../../service/index.ts';

export const postgresExporter = defineService('postgres-exporter', {
  title: 'PostgreSQL exporter',
  summary: 'Figures of the PostgreSQL server, read by a role that sees statistics only.',
  docs: 'https://github.com/prometheus-community/postgres_exporter/tree/v0.17.1',
  licence: 'Apache-2.0',
  category: 'monitoring',
  image: 'quay.io/prometheuscommunity/postgres-exporter:v0.17.1',
  debian: 'postgres-exporter',
  user: '65534:65534',

  ports: { metrics: http(9187) },
  needs: { db: postgres({ monitor: true }) },
  health: { port: 'metrics', path: '/' },
  metrics: { port: 'metrics', path: '/metrics' },
  smoke: { path: '/metrics', expect: { text: 'pg_up 1' } },
  limits: { memory: '64MiB', cpus: 0.5 },
  alerts: [
    { name: 'PostgresDown', expr: 'pg_up == 0', for: '1m', severity: 'critical', summary: 'PostgreSQL takes no connection.' },
    {
      name: 'PostgresConnectionsAlmostUsed',
      expr: 'sum(pg_stat_database_numbackends) / sum(pg_settings_max_connections) > 0.8',
      for: '5m',
      severity: 'warning',
      summary: 'More than 80 % of the connections that PostgreSQL allows are taken.',
    },
  ],
  dashboard: [
    { title: 'Connections', expr: 'sum by (datname) (pg_stat_database_numbackends)', unit: 'short' },
    {
      title: 'Transactions',
      expr: 'sum by (datname) (rate(pg_stat_database_xact_commit[5m]) + rate(pg_stat_database_xact_rollback[5m]))',
      unit: 'ops',
    },
    {
      title: 'Read from memory',
      expr: 'sum(rate(pg_stat_database_blks_hit[5m])) / sum(rate(pg_stat_database_blks_hit[5m]) + rate(pg_stat_database_blks_read[5m]))',
      unit: 'percentunit',
    },
    { title: 'Size', expr: 'pg_database_size_bytes', unit: 'bytes', legend: '{{datname}}' },
    { title: 'Locks', expr: 'sum by (mode) (pg_locks_count)', unit: 'short' },
    { title: 'Deadlocks', expr: 'sum by (datname) (rate(pg_stat_database_deadlocks[5m]))', unit: 'ops' },
  ],
  logs: [
    { pattern: 'Error opening connection to database', means: 'PostgreSQL is away, or refuses its account: run `datamancy up`.' },
    { pattern: 'collector failed', means: 'Some figures are missing; the line says which and why.' },
  ],

  env: ({ db }) => ({
    DATA_SOURCE_URI: `${db.address}/${db.name}?sslmode=disable`,
    DATA_SOURCE_USER: db.user,
    DATA_SOURCE_PASS_FILE: file(db.password),
  }),
});
