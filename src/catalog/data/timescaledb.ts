import { postgresArguments, secret } from '../../contracts/index.ts';
import { defineService, file, tcp, volume } from '../../service/index.ts';

/** Every new database has the extension from the start; pgvector is there to be asked for. Compression is not under Apache's licence. */
export const timescaledb = defineService('timescaledb', {
  title: 'TimescaleDB',
  summary: 'PostgreSQL for figures over time, with pgvector; takes the place of PostgreSQL.',
  docs: 'https://github.com/timescale/timescaledb-docker',
  licence: 'Apache-2.0 AND LicenseRef-Timescale',
  category: 'data',
  conflicts: ['postgresql'],
  image: 'timescale/timescaledb:2.29.0-pg17',
  debian: 'timescaledb',
  user: '70:70',

  ports: { sql: tcp(5432) },
  provides: { postgres: { port: 'sql', superuser: 'postgres' } },
  volumes: { data: volume('/var/lib/postgresql/data', { role: 'data', backup: 'hourly', size: '10GiB' }) },
  needs: { password: secret({ kind: 'password' }) },
  tmpfs: ['/run/postgresql'],
  // Workers of one query hand rows to each other through it.
  shm: '512MiB',

  // Installing the extension at the first start answers on the socket only.
  health: { command: ['pg_isready', '--quiet', '--host=127.0.0.1', '--username=postgres'], startSeconds: 120 },
  smoke: {
    command: ['psql', '--username=postgres', '-Atc', "SELECT time_bucket('1 day', timestamptz '2026-01-01 12:00+00', 'UTC')::date"],
    expect: '2026-01-01',
  },
  limits: { memory: '2GiB', cpus: 2 },
  stopSeconds: 60,
  logs: [
    {
      pattern: 'extension "timescaledb" must be preloaded',
      means: 'Its settings come from another PostgreSQL: restore into an empty volume.',
    },
    { pattern: 'remaining connection slots are reserved', means: 'All connections are taken: put PgBouncer in front.' },
    { pattern: 'No space left on device', means: 'The disk is full: make room, or add a retention policy to large tables.' },
  ],

  env: ({ password, here }) => ({
    POSTGRES_PASSWORD_FILE: file(password),
    PGDATA: here.volume.data,
    PGPORT: here.listen.sql.port,
    TIMESCALEDB_TELEMETRY: 'off',
  }),
  // The image sizes itself too, but at its first start only; of that, the number of background workers counts.
  command: ({ here }) => ['postgres', ...postgresArguments(here.limits)],
});
