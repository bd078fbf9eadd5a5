import type { Rule } from './rule.ts';
import { aboutClient } from './rule.ts';

/**
 * Authelia takes RFC 3986's unreserved characters, at most 100. Beyond that, the id names a secret, which SOPS would keep in clear
 * under a name that ends in `_unencrypted`.
 */
const idPattern = /^(?!.*_unencrypted$)[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;

export const clientIdValid: Rule = {
  id: 'client-id-valid',
  why: 'the sign-on server would not start',
  check: ({ clients }) =>
    clients
      .filter(({ id }) => !idPattern.test(id))
      .map((client) =>
        aboutClient(
          client,
          `${JSON.stringify(client.id)} is no id of a client`,
          'use a letter or digit followed by at most 99 letters, digits, dots, dashes and underscores',
        ),
      ),
};
