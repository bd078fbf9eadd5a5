import type { Secret, Tree } from '../service/index.ts';
import { part } from '../service/index.ts';
import type { SignOnClient } from '../stack/clients.ts';
import type { ResolvedService, ResolvedStack } from '../stack/stack.ts';

type Section = { readonly [key: string]: Tree };

/**
 * Registrations of every application that signs in through OIDC; nothing where there is none, because Authelia refuses the section
 * without a client (https://www.authelia.com/c/oidc/registered-clients). The provider's own two secrets stand in the same file:
 * they cannot come by environment where the section may be absent, and the digests make the file private anyway.
 */
export function oidcProviderOf({ clients }: ResolvedStack, signOn: ResolvedService): Section {
  const provision = signOn.service.provides?.['oidc'];
  if (!provision || clients.length === 0) return {};
  const hmac = ownSecret(signOn, 'hmac');
  const keys = ownSecret(signOn, 'keys');
  const claims = clients.filter(({ idTokenClaims }) => idTokenClaims.length > 0);
  const confined = clients.filter(({ groups }) => groups);
  return {
    identity_providers: {
      oidc: {
        ...(hmac ? { hmac_secret: hmac } : {}),
        ...(keys ? { jwks: signingKeys(keys) } : {}),
        enforce_pkce: 'public_clients_only',
        lifespans: { access_token: '1 hour', authorize_code: '1 minute', id_token: '1 hour', refresh_token: '7 days' },
        ...(claims.length > 0 ? { claims_policies: byOwnName(claims, ({ idTokenClaims }) => ({ id_token: idTokenClaims })) } : {}),
        ...(confined.length > 0 ? { authorization_policies: byOwnName(confined, policyOf) } : {}),
        ...(clients.some(({ isPublic }) => isPublic) ? { cors: browserAccess } : {}),
        clients: clients.map((client) => registrationOf(client, provision['signOut'] !== undefined)),
      },
    },
  };
}

/** A public client runs in a page of its own origin, which asks these by script. */
const browserAccess = { endpoints: ['token', 'userinfo', 'revocation'], allowed_origins_from_client_redirect_uris: true } as const;

/** The first key of an algorithm signs, and all are published. Ids are left out: the server derives each from its key, so they follow it. */
function signingKeys(current: Secret): readonly Tree[] {
  return [current, part(current, 'next'), part(current, 'former')].map((key) => ({ algorithm: 'RS256', use: 'sig', key }));
}

/** The secret of the provider's own that its `provides.oidc` names for this use. */
function ownSecret({ name, service }: ResolvedService, use: string): Secret | undefined {
  const need = service.provides?.['oidc']?.[use];
  return need !== undefined && service.needs?.[need]?.kind === 'secret' ? { kind: 'secret', id: `${name}.${need}` } : undefined;
}

/** Policies are named after their client. None has the name of one that Authelia brings, or a dot, at which Authelia would take it apart. */
function ownName({ id }: SignOnClient): string {
  return `for-${id.replaceAll('.', '~')}`;
}

function byOwnName(clients: readonly SignOnClient[], section: (client: SignOnClient) => Tree): Section {
  return Object.fromEntries(clients.map((client) => [ownName(client), section(client)]));
}

/** Who gets tokens: the client's groups and nobody else. The rule access-decided lets no empty list come here. */
function policyOf({ groups = [], secondFactor }: SignOnClient): Tree {
  return { default_policy: 'deny', rules: [{ policy: factors(secondFactor), subject: groups.map((group) => [`group:${group}`]) }] };
}

function registrationOf(client: SignOnClient, hasSignOut: boolean): Tree {
  const { secret, consentDuration, postLogoutRedirects, audience } = client;
  return {
    client_id: client.id,
    client_name: client.title,
    ...(secret ? { client_secret: part(secret, 'digest') } : {}),
    public: client.isPublic,
    redirect_uris: client.redirects,
    ...(hasSignOut && postLogoutRedirects.length > 0 ? { post_logout_redirect_uris: postLogoutRedirects } : {}),
    ...(audience.length > 0 ? { audience } : {}),
    scopes: client.scopes,
    grant_types: client.grants,
    response_types: client.responseTypes,
    response_modes: client.responseModes,
    authorization_policy: client.groups ? ownName(client) : factors(client.secondFactor),
    ...(client.idTokenClaims.length > 0 ? { claims_policy: ownName(client) } : {}),
    consent_mode: client.consent,
    ...(consentDuration === undefined ? {} : { pre_configured_consent_duration: consentDuration }),
    require_pkce: client.requirePkce,
    ...(client.requirePkce ? { pkce_challenge_method: 'S256' } : {}),
    token_endpoint_auth_method: client.authMethod,
  };
}

export function factors(secondFactor: boolean): 'one_factor' | 'two_factor' {
  return secondFactor ? 'two_factor' : 'one_factor';
}
