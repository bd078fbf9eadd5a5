import type { SignOnClient } from '../clients.ts';
import type { Rule } from './rule.ts';
import { aboutClient } from './rule.ts';

export const clientListsUnique: Rule = {
  id: 'client-lists-unique',
  why: 'the sign-on server takes a word that stands twice for a mistake',
  check: ({ clients }) =>
    clients.flatMap((client) =>
      listsOf(client).flatMap(([key, list]) =>
        list.flatMap((word, i) =>
          list.indexOf(word) === i
            ? []
            : [aboutClient(client, `${JSON.stringify(word)} stands here a second time`, 'keep one of the two', key, String(i))],
        ),
      ),
    ),
};

function listsOf(client: SignOnClient): readonly (readonly [string, readonly string[]])[] {
  return [
    ['redirects', client.redirects],
    ['post_logout_redirects', client.postLogoutRedirects],
    ['scopes', client.scopes],
    ['grants', client.grants],
    ['response_types', client.responseTypes],
    ['response_modes', client.responseModes],
    ['id_token_claims', client.idTokenClaims],
    ['audience', client.audience],
  ];
}
