import type { Secret, SecretRequest, Text } from '../service/index.ts';
import { text } from '../service/index.ts';
import type { GrantInput } from './contract.ts';
import { identifierOf } from './contract.ts';

/** What a client of a SQL database is given: its own database, role and password. */
export interface DatabaseGrant {
  readonly host: string;
  readonly port: number;
  /** `host:port`. */
  readonly address: string;
  readonly name: string;
  readonly user: string;
  readonly password: Secret;
  readonly url: Text<string | Secret>;
}

/** What a client of a SQL database may say about itself. */
export interface DatabaseRequest {
  /** Connections that it opens at most, over all its processes; `usualConnections` where absent. */
  readonly connections?: number;
}

/** The grant that PostgreSQL and MariaDB share; they differ in the scheme of the address. */
export function grantDatabase(
  scheme: string,
  { client, key, provider }: GrantInput<unknown>,
): { grant: DatabaseGrant; secrets: readonly SecretRequest[] } {
  const { host, port } = provider.address;
  const name = identifierOf(client.name, key);
  const password: Secret = { kind: 'secret', id: `${client.name}.${key}` };
  const url = text`${scheme}://${name}:${password}@${host}:${port}/${name}`;
  return {
    grant: { host, port, address: `${host}:${port}`, name, user: name, password, url },
    secrets: [{ id: password.id, spec: { kind: 'password' } }],
  };
}
