import { aboutAddress, addressesOf } from './client-addresses.ts';
import type { Rule } from './rule.ts';

export const clientRedirectAbsolute: Rule = {
  id: 'client-redirect-absolute',
  why: 'the sign-on server would not start',
  check: ({ clients }) =>
    clients.flatMap((client) =>
      addressesOf(client)
        .filter(({ url }) => !url)
        .map((address) => aboutAddress(client, address, 'is no whole address', 'write it whole, such as https://app.example.net/callback')),
    ),
};
