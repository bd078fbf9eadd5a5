import { mariadb } from '../../contracts/index.ts';
import { defineService, http, ini } from '../../service/index.ts';

export const mysqldExporter = defineService('mysqld-exporter', {
  title: 'MariaDB exporter',
  summary: 'Figures of the MariaDB server, read by a user that sees its status only.',
  docs: 'https://github.com/prometheus/mysqld_exporter/tree/v0.17.2',
  licence: 'Apache-2.0',
  category: 'monitoring',
  image: 'prom/mysqld-exporter:v0.17.2',
  debian: 'mysqld-exporter',
  user: '65534:65534',

  ports: { metrics: http(9104) },
  needs: { db: mariadb({ monitor: true }) },
  health: { port: 'metrics', path: '/' },
  metrics: { port: 'metrics', path: '/metrics' },
  smoke: { path: '/metrics', expect: { text: 'mysql_up 1' } },
  limits: { memory: '64MiB', cpus: 0.5 },
  alerts: [
    {
      name: 'MariadbDown',
      expr: 'mysql_up == 0',
      for: '1m',
      severity: 'critical',
      summary: 'MariaDB takes no connection.',
    },
    {
      name: 'MariadbConnectionsAlmostUsed',
      expr: 'mysql_global_status_threads_connected / mysql_global_variables_max_connections > 0.8',
      for: '5m',
      severity: 'warning',
      summary: 'More than 80 % of the connections that MariaDB allows are taken.',
    },
  ],
  dashboard: [
    { title: 'Connections', expr: 'mysql_global_status_threads_connected', unit: 'short' },
    { title: 'Queries', expr: 'rate(mysql_global_status_queries[5m])', unit: 'ops' },
    { title: 'Slow queries', expr: 'rate(mysql_global_status_slow_queries[5m])', unit: 'ops' },
    {
      title: 'Read from memory',
      expr: '1 - rate(mysql_global_status_innodb_buffer_pool_reads[5m]) / rate(mysql_global_status_innodb_buffer_pool_read_requests[5m])',
      unit: 'percentunit',
    },
    { title: 'Sent', expr: 'rate(mysql_global_status_bytes_sent[5m])', unit: 'binBps' },
  ],
  logs: [
    { pattern: 'Error opening connection to database|Error pinging', means: 'MariaDB is away or refuses its account: run `datamancy up`.' },
    { pattern: 'Error from scraper', means: 'Some figures are missing; the line says which and why.' },
  ],

  command: ({ here }) => [`--config.my-cnf=${here.file.login}`],
  files: {
    login: {
      path: '/etc/mysqld-exporter/my.cnf',
      content: ({ db }) => ini({ client: { host: db.host, port: db.port, user: db.user, password: db.password } }),
    },
  },
});
