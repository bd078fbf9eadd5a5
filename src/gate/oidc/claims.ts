import type { Account } from 'oidc-provider';
import type { Person } from '../directory.ts';
import type { Attribute, OidcClient, OidcSettings } from './settings.ts';

/** Which claims a scope stands for. */
export const standardScopes: Readonly<Record<string, readonly string[]>> = {
  openid: ['sub', 'auth_time', 'amr', 'azp', 'at_hash'],
  offline_access: [],
  profile: ['name', 'preferred_username'],
  email: ['email', 'email_verified'],
  groups: ['groups'],
};

/**
 * A person as a client may see him; the provider cuts it down to what was granted. `accessToken` is asked when an id_token is made, for
 * its `at_hash`: the library gives it to the hybrid flows only, but hashes what stands under this name.
 */
export function accountOf(person: Person, client: OidcClient, accessToken: () => string | undefined): Account {
  const own = Object.entries(client.customClaims).map(([claim, attribute]) => [claim, attributeOf(person, attribute)]);
  return {
    accountId: person.id,
    claims: (use) => ({
      ...Object.fromEntries(own),
      sub: person.id,
      name: person.displayName,
      preferred_username: person.username,
      groups: person.groups,
      ...(person.email === '' ? {} : { email: person.email, email_verified: true }),
      ...(use === 'id_token' ? { azp: client.id, at_hash: accessToken() } : {}),
    }),
  };
}

function attributeOf(person: Person, attribute: Attribute): unknown {
  switch (attribute) {
    case 'username':
      return person.username;
    case 'display_name':
      return person.displayName;
    case 'email':
      return person.email;
    case 'groups':
      return person.groups;
  }
}

/** The claims that the client's claims policy puts into the id_token too, as far as the scopes allow them. */
export function idTokenClaimsOf(client: OidcClient, scopes: ReadonlySet<string>, settings: OidcSettings): readonly string[] {
  const allowed = [...scopes].flatMap((scope) => settings.scopes[scope] ?? []);
  return client.idTokenClaims.filter((claim) => allowed.includes(claim));
}
