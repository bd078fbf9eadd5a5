import { sqlLogin } from './sql.ts';

/** Refusals: https://www.postgresql.org/docs/17/client-authentication-problems.html */
export const postgresLogin = sqlLogin({
  variable: 'PGPASSWORD',
  client: 'psql -w --no-psqlrc -h "$1" -p "$2" -U "$3" -d "$4" -Atc "select current_user"',
  system: 'postgres',
  saysUser: (user) => new RegExp(`^${user}$`, 'm'),
  wrongPassword: /password authentication failed/,
  notYours: /permission denied for database/,
});
