import type { Rule } from './rule.ts';
import { aboutClient } from './rule.ts';

export const clientScopes: Rule = {
  id: 'client-scopes',
  why: 'without openid the application is told nothing of who signed in',
  check: ({ clients }) =>
    clients
      .filter(({ scopes }) => !scopes.includes('openid'))
      .map((client) => aboutClient(client, 'its scopes do not have openid', 'add openid, or leave scopes out', 'scopes')),
};
