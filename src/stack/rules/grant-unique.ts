import { groupBy } from '../group-by.ts';
import { identifierOf } from '../../contracts/contract.ts';
import { listWords } from '../nearest.ts';
import type { Rule } from './rule.ts';
import { about } from './rule.ts';

/** Kinds whose grants are told apart by an identifier made from the client's name and the need's. */
const named: readonly string[] = ['mariadb', 'postgres', 'valkey'];

/** Users that a database has from the start, or that clients must never be. */
const reserved = /^(?:default|mysql|postgres|public|root|template[01]|(?:pg|mariadb)_.*)$/;

/** The user, whose database is called like him, and his further databases. */
function namesOf(user: string, request: unknown): readonly string[] {
  const { databases = [] } = (request ?? {}) as { readonly databases?: readonly string[] };
  return [user, ...databases.map((name) => `${user}_${name}`)];
}

export const grantUnique: Rule = {
  id: 'grant-unique',
  why: 'two clients with one user read each other’s data, and a client with the server’s own user takes its rights away',
  from: 'all services shared one database role',
  check: ({ grants, providers }) => {
    const users = grants
      .filter(({ kind }) => named.includes(kind))
      .flatMap(({ client, key, kind, provider, request }) =>
        namesOf(identifierOf(client, key), request).map((user) => ({ client, key, kind, provider, user })),
      );
    const shared = [...groupBy(users, ({ kind, provider, user }) => `${kind} ${provider} ${user}`).values()].flatMap((same) => {
      const last = same.at(-1);
      if (same.length < 2 || !last) return [];
      const asked = same.map(({ client, key }) => `${client} (as ${key})`);
      return [
        about(
          last.client,
          `${listWords(asked)} would be one user at ${last.provider}: ${last.user}`,
          'rename one of these needs in its definition',
        ),
      ];
    });
    const taken = users
      .filter(({ kind, user }) => reserved.test(user) || user === providers[kind]?.provision['superuser'])
      .map(({ client, provider, user }) =>
        about(client, `it would be the user ${user} at ${provider}, which is the server’s own`, 'rename the service, or its need'),
      );
    return [...shared, ...taken];
  },
};
