import { mariadbArguments, secret } from '../../contracts/index.ts';
import { defineService, file, tcp, volume } from '../../service/index.ts';

export const mariadb = defineService('mariadb', {
  title: 'MariaDB',
  summary: 'SQL database for apps that were written for MySQL.',
  docs: 'https://mariadb.com/kb/en/mariadb-server-docker-official-image-environment-variables/',
  licence: 'GPL-2.0-only',
  category: 'data',
  image: 'mariadb:11.8.6',
  debian: 'mariadb',
  user: '999:999',

  ports: { sql: tcp(3306) },
  provides: { mariadb: { port: 'sql' } },
  volumes: { data: volume('/var/lib/mysql', { role: 'data', backup: 'hourly', size: '1GiB' }) },
  tmpfs: ['/run/mysqld'],
  needs: { rootPassword: secret({ kind: 'password' }) },

  health: { command: ['healthcheck.sh', '--connect', '--innodb_initialized'], startSeconds: 60 },
  limits: { memory: '768MiB', cpus: 2 },
  stopSeconds: 60,
  logs: [
    { pattern: 'Access denied for user', means: 'A service has an old password: `datamancy up` grants it anew.' },
    { pattern: 'Disk is full writing', means: 'The disk is full, and every change waits for room.' },
    { pattern: 'Upgrade after a crash is not supported', means: 'An older version crashed on these data: start and stop that one first.' },
  ],

  // root signs in from inside the unit only; people use an app's own account.
  env: ({ rootPassword }) => ({ MARIADB_ROOT_PASSWORD_FILE: file(rootPassword), MARIADB_ROOT_HOST: 'localhost' }),
  command: ({ here }) => ['mariadbd', ...mariadbArguments(here.limits)],
});
