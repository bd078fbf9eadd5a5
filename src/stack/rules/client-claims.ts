import type { Rule } from './rule.ts';
import { aboutClient } from './rule.ts';

/** The scope that gives each claim. */
const scopes: ReadonlyMap<string, string> = new Map([
  ['groups', 'groups'],
  ['email', 'email'],
  ['email_verified', 'email'],
  ['name', 'profile'],
  ['preferred_username', 'profile'],
]);

export const clientClaims: Rule = {
  id: 'client-claims',
  why: 'the application would wait for a claim that it never gets',
  check: ({ clients }) =>
    clients.flatMap((client) =>
      client.idTokenClaims.flatMap((claim, i) => {
        const scope = scopes.get(claim);
        if (scope !== undefined && client.scopes.includes(scope)) return [];
        const [message, fix] =
          scope === undefined
            ? [`there is no claim ${claim}`, `the claims are ${[...scopes.keys()].join(', ')}`]
            : [`the claim ${claim} comes with the scope ${scope}, which it does not have`, `add the scope ${scope}, or remove the claim`];
        return [aboutClient(client, message, fix, 'id_token_claims', String(i))];
      }),
    ),
};
