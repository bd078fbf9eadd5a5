import { postgresArguments, secret } from '../../contracts/index.ts';
import { defineService, file, tcp, volume } from '../../service/index.ts';

export const postgresql = defineService('postgresql', {
  title: 'PostgreSQL',
  summary: 'SQL database with pgvector; each client has a role and a database of its own.',
  docs: 'https://www.postgresql.org/docs/17/',
  licence: 'PostgreSQL',
  category: 'data',
  image: 'pgvector/pgvector:0.8.0-pg17',
  debian: 'postgresql',
  user: '999:999',

  ports: { sql: tcp(5432) },
  provides: { postgres: { port: 'sql', superuser: 'postgres' } },
  volumes: { data: volume('/var/lib/postgresql/data', { role: 'data', backup: 'hourly', size: '2GiB' }) },
  tmpfs: ['/run/postgresql'],
  needs: { password: secret({ kind: 'password' }) },

  // The first start answers on its socket only; the port opens when the database is whole.
  health: { command: ['pg_isready', '--quiet', '--host=127.0.0.1', '--username=postgres'], startSeconds: 60 },
  smoke: { command: ['psql', '--no-psqlrc', '--tuples-only', '--username=postgres', '--command=SELECT 6 * 7'], expect: '42' },
  limits: { memory: '1GiB', cpus: 2 },
  // Here workers of one query hand rows to each other, and an index of vectors is built.
  shm: '512MiB',
  stopSeconds: 60,
  logs: [
    { pattern: 'password authentication failed for user', means: 'A service has an old password: `datamancy up` grants it anew.' },
    {
      pattern: 'too many clients already|connection slots are reserved',
      means: 'Every connection is taken: an app holds more than it said.',
    },
    { pattern: 'database files are incompatible with server', means: 'Another major version made these data: restore a backup instead.' },
  ],

  env: ({ password, here }) => ({
    POSTGRES_PASSWORD_FILE: file(password),
    PGDATA: here.volume.data,
    PGPORT: here.listen.sql.port,
  }),
  command: ({ here }) => ['postgres', ...postgresArguments(here.limits)],
  process: {
    packages: ['postgresql', 'libnss-wrapper'],
    argv: ({ here: { recipe, listen, limits } }) => [
      'bash',
      `${recipe}/docker-entrypoint.sh`,
      'postgres',
      '-c',
      `listen_addresses=${listen.sql.address}`,
      ...postgresArguments(limits),
    ],
    // initdb wants a name for whoever runs it, and a unit's user has none but in the file that nss_wrapper reads.
    env: ({ here }) => ({ PG_SOCKET_DIR: here.volume.data, PGHOST: here.volume.data, LD_PRELOAD: 'libnss_wrapper.so' }),
    stopSignal: 'SIGINT',
  },
});
