import { postgres, usualConnections } from '../../contracts/index.ts';
import { defineService, file, ini, lines, tcp, text } from '../../service/index.ts';

/**
 * Stands in front of PostgreSQL for whoever opens more connections than it likes: same names, databases and passwords, port 6432.
 * It looks passwords up in the server itself. An owner sends a service here by its `env` in cluster.yaml; one that keeps state in
 * its session (LISTEN, advisory locks, SET) stays with PostgreSQL. No database gets more connections through it than the cluster counts.
 */
export const pgbouncer = defineService('pgbouncer', {
  title: 'PgBouncer',
  summary: 'Lets many clients share few connections to PostgreSQL, one transaction at a time.',
  docs: 'https://www.pgbouncer.org/config.html',
  licence: 'ISC',
  category: 'data',
  image: 'edoburu/pgbouncer:v1.25.2-p0',
  debian: 'pgbouncer',
  user: '70:70',

  ports: { sql: tcp(6432) },
  // Its own database cannot be called pgbouncer: that one is its console.
  needs: { pool: postgres({ looksUpPasswords: true }) },
  health: { command: ['pg_isready', '--quiet'] },
  smoke: { command: ['sh', '-c', 'PGPASSWORD=$(cat "$POOL_PASSWORD_FILE") psql --no-psqlrc -Atc "SELECT 40 + 2"'], expect: '42' },
  limits: { memory: '64MiB', cpus: 1 },
  stopSeconds: 30,
  logs: [
    {
      pattern: 'no more connections allowed \\(max_client_conn\\)',
      means: 'A thousand clients are connected: one of them does not close.',
    },
    { pattern: 'server login failed|cannot do SCRAM authentication', means: 'A password was changed by hand: run `datamancy up`.' },
    { pattern: 'query_wait_timeout', means: 'All connections are busy for minutes: look for long transactions in PostgreSQL.' },
  ],

  // For the programs of the health check, which ask PgBouncer and not the server.
  env: ({ pool, here: { listen } }) => ({
    PGHOST: '127.0.0.1',
    PGPORT: listen.sql.port,
    PGUSER: pool.user,
    PGDATABASE: pool.name,
    POOL_PASSWORD_FILE: file(pool.password),
  }),
  files: {
    settings: {
      path: '/etc/pgbouncer/pgbouncer.ini',
      content: ({ pool, here }) =>
        ini({
          databases: { '*': `host=${pool.host} port=${pool.port}` },
          pgbouncer: {
            listen_addr: here.listen.sql.address,
            listen_port: here.listen.sql.port,
            unix_socket_dir: '',
            auth_type: 'scram-sha-256',
            auth_file: here.file.accounts,
            auth_user: pool.user,
            auth_dbname: pool.name,
            auth_query: 'SELECT role, verifier FROM public.login_of($1)',
            pool_mode: 'transaction',
            default_pool_size: usualConnections,
            max_db_connections: usualConnections,
            max_client_conn: 1000,
            max_prepared_statements: 200,
            ignore_startup_parameters: 'extra_float_digits',
            log_connections: 0,
            log_disconnections: 0,
            stats_period: 3600,
          },
        }),
    },
    accounts: { path: '/etc/pgbouncer/userlist.txt', content: ({ pool }) => lines(text`"${pool.user}" "${pool.password}"`) },
  },
});
