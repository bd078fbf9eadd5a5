import type { Need, Secret, Text } from '../service/index.ts';
import { text } from '../service/index.ts';
import type { Contract, GrantRecord } from './contract.ts';
import type { DatabaseGrant } from './database.ts';
import { grantDatabase } from './database.ts';

export function clickhouse(): Need<'clickhouse', Readonly<Record<string, never>>, DatabaseGrant> {
  return { kind: 'clickhouse', request: {} };
}

/** A database and a user for each client over ClickHouse's HTTP interface. */
export const clickhouseContract: Contract<Readonly<Record<string, never>>, DatabaseGrant> = {
  kind: 'clickhouse',
  network: 'data',
  grant: (input) => grantDatabase('http', input),
  apply: ({ grants }) => [
    {
      title: 'users and databases',
      argv: [
        'sh',
        '-c',
        'CLICKHOUSE_PASSWORD=$(cat "$CLICKHOUSE_PASSWORD_FILE") exec clickhouse-client --multiquery --send_logs_level=none',
      ],
      input: renderClickhouseGrants(grants),
    },
  ],
};

/** SQL that brings every user to his grant (https://clickhouse.com/docs/sql-reference/statements/create/user). */
function renderClickhouseGrants(grants: readonly GrantRecord<unknown, DatabaseGrant>[]): Text<string | Secret> {
  const parts = grants.flatMap(
    ({ grant: { name, user, password } }) =>
      text`CREATE DATABASE IF NOT EXISTS "${name}";\nCREATE USER IF NOT EXISTS "${user}";\nALTER USER "${user}" IDENTIFIED WITH sha256_password BY '${password}' DEFAULT DATABASE "${name}";\nGRANT ALL ON "${name}".* TO "${user}";\n`
        .parts,
  );
  return { kind: 'text', parts };
}
