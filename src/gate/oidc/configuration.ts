import { createHmac } from 'node:crypto';
import { type Configuration, errors, type FindAccount } from 'oidc-provider';
import type { Gate } from '../gate.ts';
import { safeText } from '../../kit/log.ts';
import { renderDocument, type Theme } from '../../kit/page/layout.ts';
import { plainPage, unavailablePage } from '../pages/message.ts';
import { createAdapters } from './adapter.ts';
import { accountOf } from './claims.ts';
import { metadataOf } from './clients.ts';
import { isAllowedOrigin } from './cors.ts';
import type { Grants } from './grants.ts';
import { keepOfflineAccess } from './offline-access.ts';
import type { People } from './people.ts';
import { judge } from './policy.ts';
import { clientOf, createPrompts } from './prompts.ts';
import type { SealedStore } from './sealed-store.ts';
import type { Lifespans, OidcSettings } from './settings.ts';
import type { Visits } from './visits.ts';

/** Long enough for a password that comes by mail, short enough that requests nobody follows up do not fill the store. */
export const interactionSeconds = 1800;

/** What the library is configured with. */
interface Parts {
  readonly gate: Gate;
  readonly settings: OidcSettings;
  readonly visits: Visits;
  readonly people: People;
  readonly sealed: SealedStore;
  readonly grants: Grants;
}

/** The settings in the library's words: the code flow with PKCE, opaque tokens, everything else off. */
export function configurationOf(parts: Parts): Configuration {
  const { gate, settings, sealed, grants } = parts;
  const { issuer, hmacSecret, keys, clients, scopes } = settings;
  return {
    adapter: createAdapters(sealed, grants, async (personId, uid) =>
      (await gate.sessions.list(personId)).some(({ session }) => session.uid === uid),
    ),
    jwks: { keys: [...keys] as NonNullable<Configuration['jwks']>['keys'] },
    enabledJWA: { idTokenSigningAlgValues: (['RS256', 'PS256', 'ES256'] as const).filter((name) => keys.some(({ alg }) => alg === name)) },
    clients: [...clients.values()].map(metadataOf),
    clientAuthMethods: ['client_secret_basic', 'client_secret_post', 'none'],
    clientBasedCORS: (context, origin, client) => isAllowedOrigin(settings, context.oidc.route, origin, client.redirectUris ?? []),
    claims: claimsConfiguration(settings),
    scopes: Object.keys(scopes),
    responseTypes: ['code'],
    pkce: { required: (context) => clientOf(settings, context).requiresPkce },
    allowOmittingSingleRegisteredRedirectUri: false,
    extraParams: { scope: keepOfflineAccess },
    findAccount: findAccount(parts),
    interactions: { policy: createPrompts({ ...parts, records: gate.records }), url: (_, { uid }) => interactionUrl(settings, uid) },
    loadExistingGrant: () => undefined,
    issueRefreshToken: (_, client) => client.grantTypeAllowed('refresh_token'),
    rotateRefreshToken: true,
    expiresWithSession: () => false,
    enableHttpPostMethods: true,
    cookies: cookies(hmacSecret),
    discovery: { end_session_endpoint: `${issuer}/api/oidc/end-session` },
    features: features(findAccount(parts)),
    renderError: errorPage(gate.theme),
    routes: routes(),
    ttl: ttl(settings),
  };
}

function findAccount({ settings, visits, people }: Parts): FindAccount {
  return async (context, personId, token) => {
    const client = clientOf(settings, context);
    // Within a sign-in the gate has just read the person; a token may be old.
    const person = token ? await people.find(personId) : visits.of(context).session?.person;
    if (person?.id !== personId) return undefined;
    if (token && judge(client.policy, person, undefined) === 'deny') return undefined;
    return accountOf(person, client, () => context.oidc.accessToken?.jti);
  };
}

/** Where the browser waits while a person signs in, proves a second factor or consents. */
export function interactionUrl({ issuer }: OidcSettings, uid: string): string {
  return `${issuer}/interaction/${uid}`;
}

/** How long a grant lives when it is made; its tokens carry it on. */
export function grantSeconds({ accessToken, authorizeCode, refreshToken }: Lifespans): number {
  return Math.max(accessToken, authorizeCode, refreshToken);
}

function claimsConfiguration({ scopes, clients }: OidcSettings): Record<string, null | string[]> {
  const custom = [...clients.values()].flatMap(({ customClaims }) => Object.keys(customClaims));
  const own = Object.entries(scopes).filter(([scope]) => scope !== 'offline_access');
  return {
    ...Object.fromEntries(custom.map((claim) => [claim, null])),
    ...Object.fromEntries(own.map(([scope, claims]) => [scope, [...claims]])),
  };
}

function cookies(secret: string): Configuration['cookies'] {
  const common = { httpOnly: true, secure: true, signed: true } as const;
  return {
    // The first is named and never set: see deriveSessions.
    names: { session: '__Host-gate_oidc', interaction: '__Secure-gate_interaction', resume: '__Secure-gate_resume' },
    keys: [createHmac('sha256', secret).update('oidc-cookies').digest('base64url')],
    short: { ...common, sameSite: 'lax' },
    long: { ...common, sameSite: 'none' },
  };
}

function features(find: FindAccount): Configuration['features'] {
  return {
    devInteractions: { enabled: false },
    dPoP: { enabled: false },
    resourceIndicators: { enabled: false },
    rpInitiatedLogout: { enabled: false },
    pushedAuthorizationRequests: { enabled: true },
    introspection: {
      enabled: true,
      // The library looks at the token alone, and its person may be gone, disabled or out of the client's groups since.
      allowedPolicy: async (context, client, token) =>
        token.clientId === client.clientId && 'accountId' in token && (await find(context, token.accountId, token)) !== undefined,
    },
    revocation: {
      enabled: true,
      allowedPolicy: (_, client, token) => {
        if (token.clientId !== client.clientId) throw new errors.InvalidRequest('the token is of another client');
        return true;
      },
    },
  };
}

/** The paths of Authelia; `end_session` is its one addition. https://www.authelia.com/integration/openid-connect/introduction/ */
function routes(): Configuration['routes'] {
  return {
    authorization: '/api/oidc/authorization',
    token: '/api/oidc/token',
    userinfo: '/api/oidc/userinfo',
    introspection: '/api/oidc/introspection',
    revocation: '/api/oidc/revocation',
    pushed_authorization_request: '/api/oidc/pushed-authorization-request',
    end_session: '/api/oidc/end-session',
    jwks: '/jwks.json',
  };
}

function errorPage(theme: Theme): Configuration['renderError'] {
  return async (context, { error, error_description: words = '' }) => {
    const isAway = error === 'temporarily_unavailable';
    const page = isAway ? unavailablePage() : plainPage('This sign-in does not work', `${safeText(words, 300)} (${safeText(error)})`);
    context.type = 'html';
    context.body = String(await renderDocument(theme, page));
  };
}

function ttl({ clients }: OidcSettings): Configuration['ttl'] {
  const lifespansOf = (clientId = ''): Lifespans =>
    clients.get(clientId)?.lifespans ?? { accessToken: 60, authorizeCode: 60, idToken: 60, refreshToken: 60 };
  return {
    AccessToken: (_, __, { clientId }) => lifespansOf(clientId).accessToken,
    AuthorizationCode: (_, __, { clientId }) => lifespansOf(clientId).authorizeCode,
    IdToken: (_, __, { clientId }) => lifespansOf(clientId).idToken,
    RefreshToken: (_, __, { clientId }) => lifespansOf(clientId).refreshToken,
    Grant: (_, { clientId }) => grantSeconds(lifespansOf(clientId)),
    Interaction: interactionSeconds,
    Session: interactionSeconds,
  };
}
