import type { Rule } from './rule.ts';
import { aboutClient } from './rule.ts';

export const clientRedirectPresent: Rule = {
  id: 'client-redirect-present',
  why: 'nobody could be sent back to the application after signing in',
  check: ({ clients }) =>
    clients
      .filter(({ redirects }) => redirects.length === 0)
      .map((client) =>
        aboutClient(
          client,
          'it names no address to come back to',
          'write the address that its documentation calls redirect or callback',
          'redirects',
        ),
      ),
};
