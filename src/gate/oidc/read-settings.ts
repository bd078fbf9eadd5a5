import { createPrivateKey, type JsonWebKey } from 'node:crypto';
import { type KeyProblem, readNamedNetworks, readNetworks, readSubject } from '../access-config.ts';
import type { ClientSection, OidcSection } from '../config-oidc.ts';
import type { Configuration } from '../config-schema.ts';
import { standardScopes } from './claims.ts';
import { checkClient } from './check-client.ts';
import type { Attribute, AuthorizationPolicy, Factors, Lifespans, OidcClient, OidcSettings } from './settings.ts';

type Complain = (path: readonly PropertyKey[], message: string) => void;

/** What the section holds beside its clients, by the names that clients refer to. */
interface Named {
  readonly section: OidcSection;
  readonly scopes: Readonly<Record<string, readonly string[]>>;
  readonly policies: ReadonlyMap<string, AuthorizationPolicy>;
}

/** Turns the section `identity_providers.oidc` into settings, or names every key that cannot be honoured. */
export function readOidc(configuration: Configuration): {
  readonly settings: OidcSettings | undefined;
  readonly problems: readonly KeyProblem[];
} {
  const section = configuration.identity_providers?.oidc;
  const portal = configuration.session.cookies[0]?.authelia_url;
  if (!section || portal === undefined) return { settings: undefined, problems: [] };
  const problems: KeyProblem[] = [];
  function complain(path: readonly PropertyKey[], message: string): void {
    problems.push({ path: ['identity_providers', 'oidc', ...path], message });
  }
  if (section.hmac_secret === undefined) complain(['hmac_secret'], 'is missing');
  const scopes = { ...standardScopes, ...Object.fromEntries(Object.entries(section.scopes).map(([key, { claims }]) => [key, claims])) };
  const named: Named = { section, scopes, policies: readPolicies(configuration, section, complain) };
  const settings: OidcSettings = {
    issuer: new URL(portal).origin,
    hmacSecret: section.hmac_secret ?? '',
    keys: readKeys(section, complain),
    scopes,
    clients: readClients(named, complain),
    cors: {
      endpoints: section.cors.endpoints,
      origins: section.cors.allowed_origins,
      ofRedirects: section.cors.allowed_origins_from_client_redirect_uris,
    },
  };
  return { settings, problems };
}

function readKeys(section: OidcSection, complain: Complain): readonly JsonWebKey[] {
  const keys = section.jwks.flatMap(({ key, key_id: keyId, algorithm }, index): readonly JsonWebKey[] => {
    const jwk = readKey(key);
    const type = algorithm === 'ES256' ? 'EC' : 'RSA';
    if (jwk?.kty !== type || (type === 'EC' && jwk.crv !== 'P-256')) {
      complain(['jwks', index, 'key'], `is no private key for ${algorithm}`);
      return [];
    }
    return [{ ...jwk, alg: algorithm, use: 'sig', ...(keyId === undefined ? {} : { kid: keyId }) }];
  });
  const ids = section.jwks.map(({ key_id: id }) => id);
  ids.forEach((id, index) => {
    if (id !== undefined && ids.indexOf(id) !== index) complain(['jwks', index, 'key_id'], 'is the name of another key already');
  });
  if (!section.jwks.some(({ algorithm }) => algorithm === 'RS256'))
    complain(['jwks'], 'must hold a key for RS256, which every client understands');
  return keys;
}

function readKey(pem: string): JsonWebKey | undefined {
  try {
    return createPrivateKey(pem).export({ format: 'jwk' });
  } catch {
    return undefined;
  }
}

function readPolicies(configuration: Configuration, section: OidcSection, complain: Complain): ReadonlyMap<string, AuthorizationPolicy> {
  const policies = new Map<string, AuthorizationPolicy>();
  for (const factors of ['one_factor', 'two_factor', 'deny'] satisfies Factors[])
    policies.set(factors, { defaultPolicy: factors, rules: [] });
  const networks = readNamedNetworks(configuration);
  for (const [name, policy] of Object.entries(section.authorization_policies)) {
    if (policies.has(name)) complain(['authorization_policies', name], 'is the name of a built-in policy');
    const rules = policy.rules.map((rule, index) => {
      const here = (key: string, message: string): void => complain(['authorization_policies', name, 'rules', index, key], message);
      const subjects = (rule.subject ?? []).map((all) => all.flatMap((text) => readSubject(text, here) ?? []));
      if (subjects.some((all) => all.length === 0)) here('subject', 'holds an empty list');
      if (subjects.length === 0 && !rule.networks?.length) here('subject', 'is missing: a rule says whom or where it is about');
      return { policy: rule.policy, subjects, networks: readNetworks(rule.networks, networks, here) };
    });
    policies.set(name, { defaultPolicy: policy.default_policy, rules });
  }
  return policies;
}

function readClients(named: Named, complain: Complain): ReadonlyMap<string, OidcClient> {
  const clients = new Map<string, OidcClient>();
  named.section.clients.forEach((client, index) => {
    const here: Complain = (path, message) => complain(['clients', index, ...path], message);
    if (clients.has(client.client_id)) here(['client_id'], 'is the name of another client already');
    checkClient(client, { algorithms: named.section.jwks.map(({ algorithm }) => algorithm), scopes: Object.keys(named.scopes) }, here);
    clients.set(client.client_id, readClient(client, named, here));
  });
  return clients;
}

function readClient(client: ClientSection, { section, policies }: Named, complain: Complain): OidcClient {
  const policy = policies.get(client.authorization_policy);
  if (!policy) complain(['authorization_policy'], 'names no policy');
  const claims = client.claims_policy === undefined ? undefined : section.claims_policies[client.claims_policy];
  if (client.claims_policy !== undefined && !claims) complain(['claims_policy'], 'names no claims policy');
  if (client.lifespan && !section.lifespans.custom[client.lifespan]) complain(['lifespan'], 'names no lifespan');
  const attributes = Object.entries(claims?.custom_claims ?? {}).map(
    ([key, { name, attribute }]) => [name ?? key, readAttribute(attribute ?? key)] as const,
  );
  for (const [name, attribute] of attributes)
    if (!attribute) complain(['claims_policy'], `fills the claim ${name} with nothing that gate knows of a person`);
  return {
    id: client.client_id,
    title: client.client_name ?? client.client_id,
    secretDigest: client.client_secret,
    redirectUris: client.redirect_uris,
    postLogoutRedirectUris: client.post_logout_redirect_uris,
    scopes: client.scopes,
    grantTypes: client.grant_types,
    responseModes: client.response_modes,
    authMethod: client.token_endpoint_auth_method ?? (client.public ? 'none' : 'client_secret_basic'),
    requiresPkce: client.public || client.require_pkce || client.pkce_challenge_method === 'S256' || section.enforce_pkce === 'always',
    requiresPush: client.require_pushed_authorization_requests || section.require_pushed_authorization_requests,
    policy: policy ?? { defaultPolicy: 'deny', rules: [] },
    consent: readConsent(client),
    lifespans: readLifespans(section.lifespans, client.lifespan ? section.lifespans.custom[client.lifespan] : undefined),
    idTokenClaims: claims?.id_token ?? [],
    customClaims: Object.fromEntries(attributes.flatMap(([name, attribute]) => (attribute ? [[name, attribute]] : []))),
    idTokenAlgorithm: client.id_token_signed_response_alg,
  };
}

function readAttribute(text: string): Attribute | undefined {
  switch (text) {
    case 'username':
    case 'display_name':
    case 'email':
    case 'groups':
      return text;
    case 'mail':
      return 'email';
    default:
      return undefined;
  }
}

/** `auto` is pre-configured where a duration stands beside it, else explicit. https://www.authelia.com/integration/openid-connect/introduction/ */
function readConsent(client: ClientSection): OidcClient['consent'] {
  const rememberMs = client.pre_configured_consent_duration;
  switch (client.consent_mode) {
    case 'implicit':
    case 'explicit':
      return client.consent_mode;
    case 'pre-configured':
      return { rememberMs: rememberMs ?? 604_800_000 };
    case 'auto':
      return rememberMs === undefined ? 'explicit' : { rememberMs };
  }
}

type LifespanSection = Omit<OidcSection['lifespans'], 'custom' | 'device_code'>;

function readLifespans(common: LifespanSection, own: LifespanSection | undefined): Lifespans {
  function seconds(key: keyof LifespanSection, usualMs: number): number {
    return Math.max(1, Math.round((own?.[key] || common[key] || usualMs) / 1000));
  }
  return {
    accessToken: seconds('access_token', 3_600_000),
    authorizeCode: seconds('authorize_code', 60_000),
    idToken: seconds('id_token', 3_600_000),
    refreshToken: seconds('refresh_token', 5_400_000),
  };
}
