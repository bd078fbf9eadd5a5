import type { Need, Secret, Text } from '../service/index.ts';
import { text } from '../service/index.ts';
import type { Contract, GrantRecord } from './contract.ts';
import type { DatabaseGrant } from './database.ts';
import { grantDatabase } from './database.ts';

export interface MariadbRequest {
  /** A user that reads the server's status, for an exporter. */
  readonly monitor?: boolean;
}

export function mariadb(request: MariadbRequest = {}): Need<'mariadb', MariadbRequest, DatabaseGrant> {
  return { kind: 'mariadb', request };
}

/** A user and a database for each client, and rights on that database alone. */
export const mariadbContract: Contract<MariadbRequest, DatabaseGrant> = {
  kind: 'mariadb',
  network: 'data',
  grant: (input) => grantDatabase('mysql', input),
  apply: ({ grants }) => [
    {
      title: 'users and databases',
      argv: ['sh', '-c', 'MYSQL_PWD=$(cat "$MARIADB_ROOT_PASSWORD_FILE") exec mariadb --user=root --batch'],
      input: renderMariadbGrants(grants),
    },
  ],
};

/** SQL that brings every user and database to its grant (https://mariadb.com/kb/en/create-user/). */
function renderMariadbGrants(grants: readonly GrantRecord<MariadbRequest, DatabaseGrant>[]): Text<string | Secret> {
  const parts = grants.flatMap(({ grant, request }): readonly (string | Secret)[] => {
    const { name, user, password } = grant;
    return [
      `-- ${name}\nCREATE DATABASE IF NOT EXISTS \`${name}\` CHARACTER SET utf8mb4;\nCREATE USER IF NOT EXISTS '${user}'@'%';\n`,
      ...text`ALTER USER '${user}'@'%' IDENTIFIED BY '${password}';\n`.parts,
      `GRANT ALL PRIVILEGES ON \`${literalPattern(name)}\`.* TO '${user}'@'%';\n`,
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
