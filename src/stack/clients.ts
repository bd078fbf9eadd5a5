import type { ConfidentialOidcGrant, GrantRecord, OidcGrant, OidcRequest } from '../contracts/index.ts';
import type { Secret, SecretRequest } from '../service/index.ts';
import { withTiersAbove } from './access.ts';
import type { DeclaredClient } from './declaration.ts';
import type { ResolvedService } from './stack.ts';

/** An application that signs people in at the sign-on server, with every default filled in. */
export interface SignOnClient {
  readonly id: string;
  readonly title: string;
  /** Where it is declared: under `services` where it is a service of the stack, else under `clients`. */
  readonly section: 'services' | 'clients';
  /** Name of the service, or the id of the client. */
  readonly name: string;
  readonly isPublic: boolean;
  /** Absent for a public client. */
  readonly secret?: Secret;
  readonly authMethod: string;
  readonly redirects: readonly string[];
  readonly postLogoutRedirects: readonly string[];
  readonly scopes: readonly string[];
  readonly grants: readonly string[];
  readonly responseTypes: readonly string[];
  readonly responseModes: readonly string[];
  readonly requirePkce: boolean;
  readonly consent: string;
  /** How long a pre-configured consent lasts, as in `30 days`. */
  readonly consentDuration?: string;
  readonly idTokenClaims: readonly string[];
  readonly audience: readonly string[];
  /** Groups that get tokens, with the tiers above them; nothing where every person does. */
  readonly groups?: readonly string[];
  readonly secondFactor: boolean;
}

/** Every application, those of the stack first, in the order of their names. */
export function clientsOf(
  services: readonly ResolvedService[],
  declared: Readonly<Record<string, DeclaredClient>>,
): readonly SignOnClient[] {
  return [
    ...services.flatMap((service) =>
      // Grants of this kind were made by the OIDC contract.
      service.grants.filter(({ kind }) => kind === 'oidc').map((grant) => clientOfService(service, grant as OidcRecord)),
    ),
    ...Object.entries(declared)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([id, client]) => clientOutside(id, client)),
  ];
}

type OidcRecord = GrantRecord<OidcRequest, OidcGrant | ConfidentialOidcGrant>;

function clientOfService(one: ResolvedService, { key, clientUrl, grant, request }: OidcRecord): SignOnClient {
  const { name, service, access } = one;
  const decided = access?.kind === 'edge' || (access?.kind === 'login' && access.need === key) ? access : undefined;
  const secret = 'clientSecret' in grant ? grant.clientSecret : undefined;
  const { afterLogout, authMethod = 'client_secret_basic', idTokenClaims = [], pkce = true, refresh = false } = request;
  return {
    id: grant.clientId,
    title: service.title,
    section: 'services',
    name,
    isPublic: secret === undefined,
    ...(secret ? { secret } : {}),
    authMethod: secret ? authMethod : 'none',
    redirects: [`${clientUrl}${request.callback}`],
    postLogoutRedirects: afterLogout === undefined ? [] : [`${clientUrl}${afterLogout}`],
    scopes: grant.scopes.split(' '),
    grants: ['authorization_code', ...(refresh ? ['refresh_token'] : [])],
    responseTypes: ['code'],
    responseModes: ['query', 'form_post'],
    requirePkce: pkce,
    consent: 'implicit',
    idTokenClaims,
    audience: [],
    ...(decided ? { groups: decided.groups } : {}),
    secondFactor: decided?.secondFactor ?? false,
  };
}

function clientOutside(id: string, client: DeclaredClient): SignOnClient {
  const isPublic = client.public ?? false;
  const scopes = client.scopes ?? ['openid', 'profile', 'email', 'groups'];
  return {
    id,
    title: client.title ?? id,
    section: 'clients',
    name: id,
    isPublic,
    ...(isPublic ? {} : { secret: outsideSecret(id) }),
    authMethod: client.authMethod ?? (isPublic ? 'none' : 'client_secret_basic'),
    redirects: client.redirects,
    postLogoutRedirects: client.postLogoutRedirects ?? [],
    scopes,
    grants: client.grants ?? ['authorization_code', ...(scopes.includes('offline_access') ? ['refresh_token'] : [])],
    responseTypes: client.responseTypes ?? ['code'],
    responseModes: client.responseModes ?? ['query', 'form_post'],
    requirePkce: client.requirePkce ?? true,
    consent: client.consent ?? 'explicit',
    ...(client.consentDuration === undefined ? {} : { consentDuration: client.consentDuration }),
    idTokenClaims: client.idTokenClaims ?? [],
    audience: client.audience ?? [],
    groups: withTiersAbove(client.groups ?? ['viewer']),
    secondFactor: client.secondFactor ?? false,
  };
}

/** The secret of each client outside; those of services come with their grants. */
export function outsideClientSecrets(clients: readonly SignOnClient[]): readonly SecretRequest[] {
  return clients.flatMap(({ section, secret }) =>
    section === 'clients' && secret ? [{ id: secret.id, spec: { kind: 'oidc-client' } as const }] : [],
  );
}

function outsideSecret(id: string): Secret {
  return { kind: 'secret', id: `clients.${id}` };
}
