import type { DatabaseGrant } from '../../contracts/index.ts';
import type { LoginOf } from './login.ts';
import { withPassword } from './login.ts';

/** Refusals 1045 and 1044: https://mariadb.com/kb/en/mariadb-error-codes/ */
export const mariadbLogin: LoginOf<DatabaseGrant> = ({ host, port, name, user, password }, neighbour) => {
  const other = neighbour?.grant.name ?? 'mysql';
  const attempt = (database: string): readonly [string, ...string[]] =>
    withPassword(
      'MYSQL_PWD',
      'mariadb --no-defaults --skip-ssl-verify-server-cert --protocol=tcp -h "$1" -P "$2" -u "$3" -D "$4" -Nse "select current_user()"',
      host,
      port,
      user,
      database,
    );
  return {
    credential: { user, password },
    own: { argv: attempt(name), wanted: new RegExp(`^${user}@`, 'm') },
    wrongPassword: { argv: attempt(name), wanted: /ERROR 1045 .*Access denied/ },
    others: { argv: attempt(other), wanted: /ERROR 1044 .*Access denied/, what: `the database ${other}` },
  };
};
