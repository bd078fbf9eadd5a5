import type { Need, Path, Secret, SecretRequest } from '../service/index.ts';
import { authorityCertificate } from './authority.ts';
import type { Contract, GrantInput } from './contract.ts';

export interface OidcGrant {
  readonly issuer: string;
  readonly clientId: string;
  readonly discoveryUrl: string;
  readonly authorizeUrl: string;
  readonly tokenUrl: string;
  readonly userinfoUrl: string;
  readonly jwksUrl: string;
  /** Space-separated, as most apps want them. */
  readonly scopes: string;
  /** Root certificate that signs the issuer's address inside the cluster, to be mounted: `SSL_CERT_FILE: file(signIn.authority)`. */
  readonly authority: Secret;
}

export interface ConfidentialOidcGrant extends OidcGrant {
  readonly clientSecret: Secret;
}

export interface OidcRequest {
  /** Path only: the host comes from the route, so it cannot disagree with it. */
  readonly callback: Path;
  /** Asks for offline_access and the refresh_token grant together; one is invalid without the other. */
  readonly refresh?: boolean;
  /** Path to which people may be sent after signing out. */
  readonly afterLogout?: Path;
  /** Claims that the app reads from the ID token and nowhere else, such as `groups`; a confined exception, because ID tokens travel further. */
  readonly idTokenClaims?: readonly ('groups' | 'email' | 'email_verified' | 'name' | 'preferred_username')[];
  /** How a confidential client proves itself; client_secret_basic where absent. */
  readonly authMethod?: 'client_secret_basic' | 'client_secret_post';
  /** false for an app with a secret that does not know PKCE. */
  readonly pkce?: false;
}

type Client<Kind extends 'confidential' | 'public'> = OidcRequest & { readonly client: Kind };

/** A server-side app: it can keep a secret, so it gets one. */
export function oidc(request: OidcRequest): Need<'oidc', Client<'confidential'>, ConfidentialOidcGrant> {
  return { kind: 'oidc', request: { ...request, client: 'confidential' } };
}

/** A browser or native app: PKCE and no secret. */
export function publicOidc(request: OidcRequest): Need<'oidc', Client<'public'>, OidcGrant> {
  return { kind: 'oidc', request: { ...request, client: 'public' } };
}

/** A client registration at the sign-on server; addresses are Authelia's (https://www.authelia.com/integration/openid-connect/introduction/). */
export const oidcContract: Contract<Client<'confidential' | 'public'>, OidcGrant | ConfidentialOidcGrant> = {
  kind: 'oidc',
  network: 'apps',
  throughEdge: true,
  grant: grantOidc,
};

function grantOidc({ client, key, request, provider }: GrantInput<Client<'confidential' | 'public'>>): {
  grant: OidcGrant | ConfidentialOidcGrant;
  secrets: readonly SecretRequest[];
} {
  const issuer = provider.url;
  const grant: OidcGrant = {
    issuer,
    clientId: client.name,
    discoveryUrl: `${issuer}/.well-known/openid-configuration`,
    authorizeUrl: `${issuer}/api/oidc/authorization`,
    tokenUrl: `${issuer}/api/oidc/token`,
    userinfoUrl: `${issuer}/api/oidc/userinfo`,
    jwksUrl: `${issuer}/jwks.json`,
    scopes: ['openid', 'profile', 'email', 'groups', ...(request.refresh === true ? ['offline_access'] : [])].join(' '),
    authority: authorityCertificate,
  };
  if (request.client === 'public') return { grant, secrets: [] };
  const clientSecret: Secret = { kind: 'secret', id: `${client.name}.${key}` };
  return { grant: { ...grant, clientSecret }, secrets: [{ id: clientSecret.id, spec: { kind: 'oidc-client' } }] };
}
