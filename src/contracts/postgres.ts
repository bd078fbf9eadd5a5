import type { Need, Secret, Text } from '../service/index.ts';
import { text } from '../service/index.ts';
import type { Contract, GrantRecord } from './contract.ts';
import type { DatabaseGrant, DatabaseRequest } from './database.ts';
import { grantDatabase } from './database.ts';

export interface PostgresRequest extends DatabaseRequest {
  /** Extensions created in the client's database by the superuser, such as `vector`. */
  readonly extensions?: readonly string[];
  /** `C` for a client that wants text in the order of its bytes, which no new library changes; the server's own locale where absent. */
  readonly locale?: 'C';
  /** A role that reads the server's statistics, for an exporter. */
  readonly monitor?: boolean;
  /**
   * A role that may ask `public.login_of(name)` in its own database for the password of any other client, as SCRAM keeps it: for a
   * pool in front of the server (https://www.pgbouncer.org/config.html#auth_query).
   */
  readonly looksUpPasswords?: boolean;
}

export function postgres(request: PostgresRequest = {}): Need<'postgres', PostgresRequest, DatabaseGrant> {
  return { kind: 'postgres', request };
}

const silence = "SET log_statement = 'none';\nSET log_min_error_statement = 'panic';\n";

/** A role and a database for each client; the role owns its database and may connect to no other. */
export const postgresContract: Contract<PostgresRequest, DatabaseGrant> = {
  kind: 'postgres',
  network: 'data',
  grant: (input) => grantDatabase('postgresql', input),
  apply: ({ provider, grants }) => [
    {
      title: 'roles and databases',
      argv: [
        'psql',
        '--no-psqlrc',
        '--quiet',
        '--set=ON_ERROR_STOP=1',
        '--username',
        provider.provision['superuser'] ?? 'postgres',
        '--dbname',
        'postgres',
      ],
      input: renderPostgresGrants(grants),
    },
  ],
};

/**
 * SQL for psql that brings every role and database to its grant. Statements that hold a password are kept out of the
 * server's log even when they fail (https://www.postgresql.org/docs/17/runtime-config-logging.html).
 */
function renderPostgresGrants(grants: readonly GrantRecord<PostgresRequest, DatabaseGrant>[]): Text<string | Secret> {
  const parts: (string | Secret)[] = [
    `${silence}REVOKE CONNECT ON DATABASE postgres FROM PUBLIC;\nREVOKE CONNECT ON DATABASE template1 FROM PUBLIC;\n`,
  ];
  for (const { grant, request } of grants) {
    const { name, user, password } = grant;
    parts.push(
      `\n-- ${name}\nSELECT 'CREATE ROLE "${user}"' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '${user}') \\gexec\n`,
      ...text`ALTER ROLE "${user}" WITH LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION PASSWORD '${password}';\n`.parts,
      `SELECT 'CREATE DATABASE "${name}" OWNER "${user}"${inLocale(request)}' WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = '${name}') \\gexec\n`,
      `ALTER DATABASE "${name}" OWNER TO "${user}";\nREVOKE ALL ON DATABASE "${name}" FROM PUBLIC;\nGRANT ALL ON DATABASE "${name}" TO "${user}";\n`,
    );
    if (request.monitor === true) parts.push(`GRANT pg_monitor TO "${user}";\n`);
    const inside = [
      ...(request.extensions ?? []).map((extension) => `CREATE EXTENSION IF NOT EXISTS "${extension}";\n`),
      ...(request.looksUpPasswords === true ? [passwordLookUp(user)] : []),
    ];
    if (inside.length > 0) parts.push(`\\connect "${name}"\n`, ...inside, `\\connect postgres\n${silence}`);
  }
  return { kind: 'text', parts: [...parts, ...grants.map(checkedLocale)] };
}

/** Only template0 may be copied into another locale (https://www.postgresql.org/docs/17/sql-createdatabase.html). */
function inLocale({ locale }: PostgresRequest): string {
  return locale === undefined ? '' : ` TEMPLATE template0 ENCODING ''UTF8'' LOCALE_PROVIDER libc LOCALE ''${locale}''`;
}

/** A database keeps its locale for good, so one that was there before is refused; the last of all, for the others to be honoured. */
function checkedLocale({ client, grant: { name }, request: { locale } }: GrantRecord<PostgresRequest, DatabaseGrant>): string {
  if (locale === undefined) return '';
  return `\\set VERBOSITY terse
DO $$ DECLARE actual text; BEGIN
  SELECT datcollate INTO actual FROM pg_database
    WHERE datname = '${name}' AND (datcollate, datctype, datlocprovider) IS DISTINCT FROM ('${locale}', '${locale}', 'c');
  IF FOUND THEN RAISE '%', format('database ${name} has the locale %s and ${client} needs ${locale}: '
    'dump it with pg_dump, drop it, run datamancy up, and restore the dump', actual);
  END IF;
END $$;
`;
}

/** Tells nothing about a superuser or about who cannot sign in, and is the superuser's own also where the client had made one of its name. */
function passwordLookUp(user: string): string {
  return `CREATE OR REPLACE FUNCTION public.login_of(wanted text, OUT role text, OUT verifier text) RETURNS record
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS
  'SELECT rolname::text, rolpassword FROM pg_catalog.pg_authid WHERE rolname = wanted AND rolcanlogin AND NOT rolsuper AND NOT rolreplication';
ALTER FUNCTION public.login_of(text) OWNER TO CURRENT_USER;
REVOKE ALL ON FUNCTION public.login_of(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION public.login_of(text) TO "${user}";
`;
}
