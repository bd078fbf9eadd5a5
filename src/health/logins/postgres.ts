import type { DatabaseGrant } from '../../contracts/index.ts';
import type { LoginOf } from './login.ts';
import { withPassword } from './login.ts';

/** Refusals: https://www.postgresql.org/docs/17/client-authentication-problems.html */
export const postgresLogin: LoginOf<DatabaseGrant> = ({ host, port, name, user, password }, neighbour) => {
  const other = neighbour?.grant.name ?? 'postgres';
  const attempt = (database: string): readonly [string, ...string[]] =>
    withPassword(
      'PGPASSWORD',
      'psql -w --no-psqlrc -h "$1" -p "$2" -U "$3" -d "$4" -Atc "select current_user"',
      host,
      port,
      user,
      database,
    );
  return {
    credential: { user, password },
    own: { argv: attempt(name), wanted: new RegExp(`^${user}$`, 'm') },
    wrongPassword: { argv: attempt(name), wanted: /password authentication failed/ },
    others: { argv: attempt(other), wanted: /permission denied for database/, what: `the database ${other}` },
  };
};
