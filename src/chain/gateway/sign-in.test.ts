import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Hono } from 'hono';
import { Provider } from 'oidc-provider';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createLog } from '../../kit/log.ts';
import { createTheme } from '../../kit/page/layout.ts';
import { createSignIn } from './sign-in.ts';
import { signInRoutes } from './sign-in-routes.ts';
import { createTokenCheck } from './tokens.ts';

const url = 'https://tx.example.org';
const client = { clientId: 'tx-gateway', clientSecret: 'secret-of-the-test-0123456789', scopes: 'openid profile groups' };

let server: Server;
let issuer: string;
let app: Hono;

/** A real provider in which everybody is ada, and agrees to everything. */
function createProvider(at: string): Provider {
  const provider = new Provider(at, {
    clients: [{ client_id: client.clientId, client_secret: client.clientSecret, redirect_uris: [`${url}/callback`] }],
    pkce: { required: () => true },
    conformIdTokenClaims: false,
    claims: { openid: ['sub'], profile: ['preferred_username'], groups: ['groups'] },
    features: { devInteractions: { enabled: false } },
    cookies: { keys: ['key-of-the-test'] },
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, preferred_username: 'ada', groups: ['operator'] }) }),
    loadExistingGrant: async (context) => {
      const grant = new context.oidc.provider.Grant({ accountId: 'id-of-ada', clientId: client.clientId });
      grant.addOIDCScope(client.scopes);
      await grant.save();
      return grant;
    },
    interactions: { url: (_, { uid }) => `/interaction/${uid}` },
  });
  provider.use(async (context, next) => {
    if (!context.path.startsWith('/interaction/')) return next();
    await provider.interactionFinished(context.req, context.res, { login: { accountId: 'id-of-ada' } });
    context.respond = false;
    return undefined;
  });
  return provider;
}

beforeAll(async () => {
  const late: { handle?: ReturnType<Provider['callback']> } = {};
  server = createServer((request, response) => void late.handle?.(request, response));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  late.handle = createProvider(issuer).callback();
  const signIn = createSignIn({ ...client, issuer, url }, createLog('tx-gateway', 'silent'));
  const checkToken = createTokenCheck({ issuer, audience: client.clientId, jwksUrl: `${issuer}/jwks` });
  const view = () => ({ policy: undefined, isHalted: false, transfers: [], url });
  app = new Hono();
  signInRoutes(app, { signIn, checkToken, theme: createTheme('example.org'), view });
});

afterAll(() => {
  server.close();
  server.closeAllConnections();
});

/** From the provider's door to the address it leads back to, with the cookies of one browser. */
async function signInAt(start: string): Promise<URL> {
  const jar = new Map<string, string>();
  let next = new URL(start);
  while (next.origin === issuer) {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await fetch(next, { redirect: 'manual', headers: { cookie } });
    for (const one of answer.headers.getSetCookie()) jar.set(one.split('=')[0] ?? '', (one.split(';')[0] ?? '').replace(/^[^=]*=/, ''));
    next = new URL(answer.headers.get('location') ?? 'https://nowhere.example.org', next);
  }
  return next;
}

async function begin(): Promise<{ readonly target: string; readonly cookie: string }> {
  const answer = await app.request('/login');
  expect(answer.status).toBe(302);
  const [cookie = ''] = answer.headers.getSetCookie();
  expect(cookie).toMatch(/^__Host-tx_sign_in=.*HttpOnly; Secure; SameSite=Lax$/);
  return { target: answer.headers.get('location') ?? '', cookie: cookie.split(';')[0] ?? '' };
}

test('who signs in gets a token that opens the API', async () => {
  const { target, cookie } = await begin();
  const { pathname, search } = await signInAt(target);
  const page = await app.request(`${pathname}${search}`, { headers: { cookie } });
  expect([page.status, page.headers.get('cache-control')]).toEqual([200, 'no-store']);
  const token = /<textarea[^>]*>(?<token>[^<]+)</.exec(await page.text())?.groups?.['token'] ?? '';
  const check = createTokenCheck({ issuer, audience: client.clientId, jwksUrl: `${issuer}/jwks` });
  expect(await check(token)).toEqual({ id: 'id-of-ada', name: 'ada', groups: ['operator'] });
});

test('a code that was led into another browser, a made-up one and a changed state give nothing', async () => {
  const { target, cookie } = await begin();
  const { pathname, search } = await signInAt(target);
  const another = await begin();
  const tries: readonly (readonly [string, string])[] = [
    [search, ''],
    [search, another.cookie],
    [search.replace(/code=[^&]+/, 'code=made-up'), cookie],
    [search, `${cookie}x`],
  ];
  const answers = await Promise.all(tries.map(async ([query, sent]) => app.request(`${pathname}${query}`, { headers: { cookie: sent } })));
  expect(answers.map(({ status }) => status)).toEqual([400, 400, 400, 400]);
  expect(await answers[0]?.text()).toMatch(/This sign-in was not begun here, or too long ago\. .*href="\/login"/s);
});
