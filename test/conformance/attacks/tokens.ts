import { type Attack, granted, refused, type Target } from './attack.ts';
import { type Outcome, outcomeOf, outcomeOfAll } from './outcome.ts';
import { asClient, getTokens, signedIn, userinfo } from './relying-party.ts';
import { csrfOf, newVisitor } from './visitor.ts';
import type { Answer } from './wire.ts';

/** Whether an answer tells about a person. */
function told({ status, body }: Answer): Outcome {
  return { status, gains: /"(?:sub|preferred_username|email)"/.test(body) ? ['who the person is'] : [] };
}

/** Shows a token to the userinfo endpoint that must not open it. */
function badToken(id: string, tried: string, make: (tokens: Readonly<Record<string, string>>, target: Target) => string): Attack {
  return refused(`token.${id}`, tried, [400, 401, 403], async (target) =>
    told(await userinfo(target, make(await getTokens(target, target.clients.usual), target))),
  );
}

/** A token of three parts whose header and claims are exchanged. */
function forged(header: Readonly<Record<string, unknown>>, token: string): string {
  const [, claims = '', signature = ''] = token.split('.');
  return `${Buffer.from(JSON.stringify(header)).toString('base64url')}.${claims}.${header['alg'] === 'none' ? '' : signature}`;
}

/** Asks for tokens by a refresh token. */
async function refresh(target: Target, client: Target['clients']['usual'], token: string, scope?: string): Promise<Answer> {
  const fields = { grant_type: 'refresh_token', refresh_token: token, ...(scope === undefined ? {} : { scope }) };
  return await asClient(target, '/api/oidc/token', fields, client);
}

const offline = { scope: 'openid profile offline_access' };

/** Looks where signing out leads to. */
function leaves(
  id: string,
  tried: string,
  changes: (target: Target, tokens: Readonly<Record<string, string>>) => Readonly<Record<string, string>>,
): Attack {
  return refused(`token.${id}`, tried, [200, 302, 303, 400], async (target) => {
    const fields = changes(target, await getTokens(target, target.clients.usual));
    const path = `/api/oidc/end-session?${new URLSearchParams(fields).toString()}`;
    const stranger = await newVisitor(target).get(path);
    const visitor = await signedIn(target);
    const asked = await visitor.get(path);
    const isIn = (await visitor.opens(target.apps.everybody)).status === 200;
    const confirmed = await visitor.post('/api/oidc/end-session/confirm', { ...fields, csrf: csrfOf(asked.body) ?? '' });
    return outcomeOfAll(target, [stranger, confirmed, asked], ...(isIn ? [] : ['somebody is signed out by a link']));
  });
}

export const tokens: readonly Attack[] = [
  granted('token.honest', 'shows the access token', [200], ['who the person is'], async (target) => {
    const { access_token: token = '' } = await getTokens(target, target.clients.usual);
    return told(await userinfo(target, token));
  }),
  badToken('id-as-access', 'shows the ID token for the access token', ({ id_token: token = '' }) => token),
  badToken('none', 'shows a token without a signature', ({ id_token: token = '' }) => forged({ alg: 'none' }, token)),
  badToken('symmetric', 'shows a token signed by another method', ({ id_token: token = '' }) => forged({ alg: 'HS256' }, token)),
  badToken(
    'changed',
    'changes a letter of the token',
    ({ access_token: token = '' }) => `${token.startsWith('A') ? 'B' : 'A'}${token.slice(1)}`,
  ),
  badToken('empty', 'shows an empty token', () => ''),
  badToken('code-as-token', 'shows a made-up token', () => 'x'.repeat(43)),
  refused('token.in-address', 'shows the access token in the address', [400, 401], async (target) => {
    const { access_token: token = '' } = await getTokens(target, target.clients.usual);
    return told(
      await newVisitor(target).send({ path: `/api/oidc/userinfo?access_token=${token}`, headers: { accept: 'application/json' } }),
    );
  }),
  refused('token.session', 'shows the session cookie to the userinfo endpoint', [400, 401], async (target) =>
    told(await (await signedIn(target)).get('/api/oidc/userinfo', { accept: 'application/json' })),
  ),
  refused('token.at-edge', 'shows the access token to an app behind the edge', [302, 401], async (target) => {
    const { access_token: token = '' } = await getTokens(target, target.clients.usual);
    return outcomeOf(target, await newVisitor(target).opens(target.apps.everybody, { authorization: `Bearer ${token}` }));
  }),
  granted('token.introspect-own', 'introspects its own token', [200], ['an active token'], async (target) =>
    introspect(target, target.clients.usual),
  ),
  refused('token.introspect-other', 'introspects the token of another client', [200, 401, 403], async (target) =>
    introspect(target, target.clients.other),
  ),
  refused('token.introspect-nobody', 'introspects a token without being a client', [400, 401], async (target) =>
    introspect(target, undefined),
  ),
  refused('token.revoke-other', 'revokes the token of another client', [200, 400, 401, 403], async (target) => {
    const { access_token: token = '' } = await getTokens(target, target.clients.usual);
    const { status } = await asClient(target, '/api/oidc/revocation', { token }, target.clients.other);
    return { status, gains: (await userinfo(target, token)).status === 200 ? [] : ['the token of another client is gone'] };
  }),
  refused('token.after-revocation', 'shows a token that was revoked', [401], async (target) => {
    const { access_token: token = '' } = await getTokens(target, target.clients.usual);
    await asClient(target, '/api/oidc/revocation', { token }, target.clients.usual);
    return told(await userinfo(target, token));
  }),
  granted('token.refresh-honest', 'refreshes once', [200], ['a token'], async (target) => {
    const { refresh_token: token = '' } = await getTokens(target, target.clients.usual, offline);
    return outcomeOf(target, await refresh(target, target.clients.usual, token));
  }),
  refused('token.refresh-reuse', 'refreshes twice by the same token', [400], async (target) => {
    const { refresh_token: first = '' } = await getTokens(target, target.clients.usual, offline);
    const next = JSON.parse((await refresh(target, target.clients.usual, first)).body) as Readonly<Record<string, string>>;
    const again = await refresh(target, target.clients.usual, first);
    const family = await refresh(target, target.clients.usual, next['refresh_token'] ?? '');
    return outcomeOf(target, again, ...(family.status === 200 ? ['the token that followed still works'] : []));
  }),
  refused('token.refresh-other', 'refreshes by the token of another client', [400], async (target) => {
    const { refresh_token: token = '' } = await getTokens(target, target.clients.usual, offline);
    return outcomeOf(target, await refresh(target, target.clients.other, token));
  }),
  refused('token.refresh-scope', 'asks for more than was granted while refreshing', [400], async (target) => {
    const { refresh_token: token = '' } = await getTokens(target, target.clients.usual, offline);
    return outcomeOf(target, await refresh(target, target.clients.usual, token, 'openid profile email groups offline_access'));
  }),
  refused('token.password-grant', 'asks for tokens by a password', [400, 401], async (target) => {
    const person = await target.newPerson();
    return outcomeOf(
      target,
      await asClient(target, '/api/oidc/token', { grant_type: 'password', ...person, scope: 'openid' }, target.clients.usual),
    );
  }),
  refused('token.client-grant', 'asks for tokens of its own', [400, 401, 403], async (target) =>
    outcomeOf(
      target,
      await asClient(target, '/api/oidc/token', { grant_type: 'client_credentials', scope: 'openid' }, target.clients.usual),
    ),
  ),
  refused('token.register', 'registers a client of his own', [404, 405], async (target) => {
    const visitor = newVisitor(target);
    const body = JSON.stringify({ redirect_uris: ['https://evil.test/'] });
    const answer = await visitor.send({
      path: '/api/oidc/register',
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    return outcomeOf(target, answer, ...(answer.body.includes('client_id') ? ['a client'] : []));
  }),
  refused('token.keys', 'reads private keys from the published ones', [200], async (target) => {
    const { status, body } = await newVisitor(target).get('/jwks.json');
    const { keys } = JSON.parse(body) as { readonly keys: readonly Readonly<Record<string, unknown>>[] };
    const secret = keys.flatMap((key) => ['d', 'p', 'q', 'dp', 'dq', 'qi', 'k'].filter((part) => part in key));
    return { status: keys.length === 0 ? 0 : status, gains: secret };
  }),
  refused('token.no-none', 'finds unsigned tokens on offer', [200], async (target) => {
    const { status, body } = await newVisitor(target).get('/.well-known/openid-configuration');
    const offered = JSON.parse(body) as Readonly<Record<string, unknown>>;
    const weak = Object.entries(offered).filter(
      ([name, value]) => name.endsWith('_values_supported') && Array.isArray(value) && value.includes('none') && !/auth_methods/.test(name),
    );
    const plain = JSON.stringify(offered['code_challenge_methods_supported'] ?? []).includes('plain') ? ['plain'] : [];
    return { status, gains: [...weak.map(([name]) => name), ...plain] };
  }),
  leaves('logout-foreign', 'makes signing out lead to another site', () => ({ post_logout_redirect_uri: 'https://evil.test/' })),
  leaves('logout-foreign-hint', 'does so with a true ID token', (_, { id_token: hint = '' }) => ({
    post_logout_redirect_uri: 'https://evil.test/',
    id_token_hint: hint,
  })),
  leaves('logout-link', 'signs somebody out by a link', ({ clients }) => ({ client_id: clients.usual.id })),
];

async function introspect(target: Target, client: Target['clients']['usual'] | undefined): Promise<Outcome> {
  const { access_token: token = '' } = await getTokens(target, target.clients.usual);
  const answer = await asClient(target, '/api/oidc/introspection', { token }, client);
  return { status: answer.status, gains: /"active":\s*true/.test(answer.body) ? ['an active token'] : [] };
}
