import type { Need, Secret, Text } from '../service/index.ts';
import { text } from '../service/index.ts';
import type { Contract, GrantRecord } from './contract.ts';
import type { DatabaseGrant, DatabaseRequest } from './database.ts';
import { grantDatabase } from './database.ts';

export interface MariadbRequest<Name extends string = string> extends DatabaseRequest {
  /** A user that reads the server's status, for an exporter. */
  readonly monitor?: boolean;
  /** Further databases of the same user, each by a name in a-z and 0-9. */
  readonly databases?: readonly Name[];
}

export interface MariadbGrant<Name extends string = string> extends DatabaseGrant {
  /** What each further database is called at the server. */
  readonly databases: Readonly<Record<Name, string>>;
}

export function mariadb<const Name extends string = never>(
  request: MariadbRequest<Name> = {},
): Need<'mariadb', MariadbRequest<Name>, MariadbGrant<Name>> {
  return { kind: 'mariadb', request };
}

/** A user and a database for each client, with those that it asks for besides, and rights on these alone. */
export const mariadbContract: Contract<MariadbRequest, MariadbGrant> = {
  kind: 'mariadb',
  network: 'data',
  grant: (input) => {
    const { grant, secrets } = grantDatabase('mysql', input);
    const databases = Object.fromEntries((input.request.databases ?? []).map((name) => [name, `${grant.name}_${name}`]));
    return { grant: { ...grant, databases }, secrets };
  },
  apply: ({ grants }) => [
    {
      title: 'users and databases',
      argv: ['sh', '-c', 'MYSQL_PWD=$(cat "$MARIADB_ROOT_PASSWORD_FILE") exec mariadb --user=root --batch'],
      input: renderMariadbGrants(grants),
    },
  ],
};

/** SQL that brings every user and database to its grant (https://mariadb.com/kb/en/create-user/). */
function renderMariadbGrants(grants: readonly GrantRecord<MariadbRequest, MariadbGrant>[]): Text<string | Secret> {
  const parts = grants.flatMap(({ grant, request }): readonly (string | Secret)[] => {
    const { name, user, password } = grant;
    const databases = [name, ...Object.values(grant.databases)];
    return [
      `-- ${name}\n`,
      ...databases.map((database) => `CREATE DATABASE IF NOT EXISTS \`${database}\` CHARACTER SET utf8mb4;\n`),
      `CREATE USER IF NOT EXISTS '${user}'@'%';\n`,
      ...text`ALTER USER '${user}'@'%' IDENTIFIED BY '${password}';\n`.parts,
      ...databases.map((database) => `GRANT ALL PRIVILEGES ON \`${literalPattern(database)}\`.* TO '${user}'@'%';\n`),
      ...(request.monitor === true
        ? [
            `GRANT PROCESS, REPLICA MONITOR, SLAVE MONITOR ON *.* TO '${user}'@'%';\nGRANT SELECT ON performance_schema.* TO '${user}'@'%';\n`,
          ]
        : []),
    ];
  });
  return { kind: 'text', parts: [...parts, 'SELECT 1;\n'] };
}

/** GRANT reads a database name as a pattern in which `_` stands for any character (https://mariadb.com/kb/en/grant/#database-privileges). */
function literalPattern(name: string): string {
  return name.replaceAll('_', '\\_');
}
