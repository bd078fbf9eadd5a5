import type { Rule } from './rule.ts';
import { aboutClient } from './rule.ts';

export const clientPkce: Rule = {
  id: 'client-pkce',
  why: 'whoever catches its code could turn it into tokens',
  check: ({ clients }) =>
    clients
      .filter(({ isPublic, requirePkce }) => isPublic && !requirePkce)
      .map((client) =>
        aboutClient(client, 'it is public, and only PKCE keeps its codes from others', 'remove require_pkce', 'require_pkce'),
      ),
};
