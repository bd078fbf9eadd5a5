import type { DatabaseGrant } from '../../contracts/index.ts';
import type { Attempt, LoginOf } from './login.ts';
import { withPassword } from './login.ts';

/** What differs between two SQL servers for whoever knocks. */
interface SqlDoor {
  /** Variable from which the client program takes the password. */
  readonly variable: string;
  /** Client program that says who it is; `$1` host, `$2` port, `$3` user, `$4` database. */
  readonly client: string;
  /** A database that is there on every server and no client's own. */
  readonly system: string;
  readonly saysUser: (user: string) => RegExp;
  readonly wrongPassword: RegExp;
  readonly notYours: RegExp;
}

/** The attempts at a SQL server: into the client's own database, with another password, and into a neighbour's database. */
export function sqlLogin(door: SqlDoor): LoginOf<DatabaseGrant> {
  return ({ host, port, name, user, password }, neighbour) => {
    const other = neighbour?.grant.name ?? door.system;
    const attempt = (database: string): Attempt['argv'] => withPassword(door.variable, door.client, host, port, user, database);
    return {
      credential: { user, password },
      own: { argv: attempt(name), wanted: door.saysUser(user) },
      wrongPassword: { argv: attempt(name), wanted: door.wrongPassword },
      others: { argv: attempt(other), wanted: door.notYours, what: `the database ${other}` },
    };
  };
}
