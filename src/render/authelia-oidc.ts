import type { ConfidentialOidcGrant, GrantRecord, OidcGrant, OidcRequest } from '../contracts/index.ts';
import type { Secret, Tree } from '../service/index.ts';
import { part } from '../service/index.ts';
import type { ResolvedService, ResolvedStack } from '../stack/stack.ts';
import { serviceOf } from '../stack/stack.ts';

/**
 * Registrations of every app that signs in through OIDC; nothing where there is none, because Authelia refuses the section
 * without a client (https://www.authelia.com/c/oidc/registered-clients). The provider's own two secrets stand in the same file:
 * they cannot come by environment where the section may be absent, and the digests make the file private anyway.
 */
export function oidcProviderOf(stack: ResolvedStack, signOn: ResolvedService): { readonly [key: string]: Tree } {
  const grants = stack.grants.filter(({ kind, provider }) => kind === 'oidc' && provider === signOn.name);
  if (grants.length === 0) return {};
  const hmac = ownSecret(signOn, 'hmac');
  const key = ownSecret(signOn, 'key');
  return {
    identity_providers: {
      oidc: {
        ...(hmac ? { hmac_secret: hmac } : {}),
        ...(key ? { jwks: [{ algorithm: 'RS256', use: 'sig', key }] } : {}),
        // Grants of this kind were made by the OIDC contract.
        clients: grants.map((grant) => clientOf(stack, grant as OidcRecord)),
      },
    },
  };
}

/** The secret of the provider's own that its `provides.oidc` names for this use. */
function ownSecret({ name, service }: ResolvedService, use: string): Secret | undefined {
  const need = service.provides?.['oidc']?.[use];
  return need !== undefined && service.needs?.[need]?.kind === 'secret' ? { kind: 'secret', id: `${name}.${need}` } : undefined;
}

type OidcRecord = GrantRecord<OidcRequest, OidcGrant | ConfidentialOidcGrant>;

function clientOf(stack: ResolvedStack, { client, clientUrl, grant, request }: OidcRecord): Tree {
  return {
    client_id: grant.clientId,
    client_name: serviceOf(stack, client)?.service.title ?? client,
    ...('clientSecret' in grant
      ? { client_secret: part(grant.clientSecret, 'digest'), public: false, token_endpoint_auth_method: 'client_secret_basic' }
      : { public: true, token_endpoint_auth_method: 'none', require_pkce: true, pkce_challenge_method: 'S256' }),
    authorization_policy: 'one_factor',
    consent_mode: 'implicit',
    redirect_uris: [`${clientUrl}${request.callback}`],
    scopes: grant.scopes.split(' '),
    grant_types: ['authorization_code', ...(request.refresh === true ? ['refresh_token'] : [])],
    response_types: ['code'],
  };
}
