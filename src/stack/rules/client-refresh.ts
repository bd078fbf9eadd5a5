import type { Rule } from './rule.ts';
import { aboutClient } from './rule.ts';

export const clientRefresh: Rule = {
  id: 'client-refresh',
  why: 'one is nothing without the other: the scope gives the token that the grant takes',
  from: 'a client asked for refresh tokens without offline_access, and was refused',
  check: ({ clients }) =>
    clients.flatMap((client) => {
      const asks = client.scopes.includes('offline_access');
      const takes = client.grants.includes('refresh_token');
      if (asks && !takes)
        return [
          aboutClient(
            client,
            'it has the scope offline_access without the grant refresh_token',
            'add refresh_token, or remove the scope',
            'grants',
          ),
        ];
      if (takes && !asks)
        return [
          aboutClient(
            client,
            'it has the grant refresh_token without the scope offline_access',
            'add offline_access, or remove the grant',
            'scopes',
          ),
        ];
      return [];
    }),
};
