import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestBrowser } from '../testing/browser.ts';
import { StoreUnavailable } from '../store.ts';
import { bob } from '../testing/people.ts';
import { type RunningOidc, startOidc, testClient } from '../testing/running-oidc.ts';

let gate: RunningOidc;

beforeAll(async () => {
  gate = await startOidc({
    scopes: { login: { claims: ['uid'] } },
    claims_policies: { own: { id_token: ['uid', 'groups'], custom_claims: { uid: { attribute: 'username' } } } },
    authorization_policies: { viewers: { default_policy: 'deny', rules: [{ policy: 'one_factor', subject: 'group:viewer' }] } },
    cors: { endpoints: ['userinfo'], allowed_origins_from_client_redirect_uris: true },
    clients: [
      testClient('wiki', { authorization_policy: 'viewers' }),
      testClient('login', { scopes: ['openid', 'login'], claims_policy: 'own' }),
    ],
  });
});
afterAll(async () => await gate.close());

const signedIn = async () => await gate.signedIn(bob);
const tokensOf = async (browser: TestBrowser, client = 'wiki', changes = {}) => await gate.tokensOf(browser, client, changes);
const refresh = async (token: string | undefined, client = 'wiki') => await gate.refresh(token, client);

describe('a person', () => {
  it('who left the groups of a client gets nothing more from his tokens', async () => {
    const tokens = await tokensOf(await signedIn(), 'wiki', { scope: 'openid groups offline_access' });
    const { groups } = bob;
    gate.directory.accounts.set('bob', { ...bob, groups: ['others'] });
    expect((await gate.userinfo(tokens['access_token'])).status).toBe(401);
    expect((await refresh(tokens['refresh_token'])).body).toMatchObject({ error: 'invalid_grant' });
    expect(await (await gate.post('introspection', 'wiki', { token: tokens['access_token'] ?? '' })).json()).toEqual({ active: false });
    gate.directory.accounts.set('bob', { ...bob, groups });
    expect(await (await gate.userinfo(tokens['access_token'])).json()).toMatchObject({ sub: bob.id, groups });
  });

  it('is told as he is now', async () => {
    const tokens = await tokensOf(await signedIn());
    gate.directory.accounts.set('bob', { ...bob, displayName: 'Robert', email: '' });
    const told = (await (await gate.userinfo(tokens['access_token'])).json()) as object;
    gate.directory.accounts.set('bob', bob);
    expect(told).toMatchObject({ sub: bob.id, name: 'Robert' });
    expect(told).not.toHaveProperty('email');
    expect(told).not.toHaveProperty('email_verified');
  });

  it('is never mistaken for a later one of the same name', async () => {
    const tokens = await tokensOf(await signedIn(), 'wiki', { scope: 'openid offline_access' });
    gate.directory.accounts.set('bob', { ...bob, id: 'another' });
    const answer = await refresh(tokens['refresh_token']);
    gate.directory.accounts.set('bob', bob);
    expect(answer.body).toMatchObject({ error: 'invalid_grant' });
  });

  it('has claims of the configuration’s own making', async () => {
    const tokens = await tokensOf(await signedIn(), 'login', { scope: 'openid login' });
    expect(decodeJwt(tokens['id_token'] ?? '')).toMatchObject({ uid: 'bob' });
    expect(decodeJwt(tokens['id_token'] ?? '')).not.toHaveProperty('groups');
    expect(await (await gate.userinfo(tokens['access_token'])).json()).toEqual({ sub: bob.id, uid: 'bob' });
  });
});

describe('what is away', () => {
  it('is said in JSON to clients and on a page to people, and comes back alone', async () => {
    const browser = await signedIn();
    const tokens = await tokensOf(browser);
    gate.setStoreAway(true);
    const [told, info, page] = [
      await refresh(tokens['refresh_token']),
      await gate.userinfo(tokens['access_token']),
      await gate.authorize(browser, 'wiki'),
    ];
    const stranger = await gate.authorize(gate.browser(), 'wiki');
    gate.setStoreAway(false);
    expect(told).toMatchObject({ status: 503, body: { error: 'temporarily_unavailable' } });
    expect(info.status).toBe(503);
    expect(info.headers.get('retry-after')).toBe('5');
    for (const seen of [page, stranger]) {
      expect(seen.status).toBe(503);
      expect(seen.page).toContain('Sign-in is away for a moment');
    }
    expect((await refresh(tokens['refresh_token'])).status).toBe(200);
  });

  it.each(['addMember', 'set'] as const)('is said so too where the store goes while a grant is written down: %s', async (method) => {
    const browser = await signedIn();
    const { store } = gate.gate;
    const works = store[method];
    store[method] = async () => await Promise.reject(new StoreUnavailable('gone'));
    const seen = await gate.authorize(browser, 'wiki');
    store[method] = works;
    expect(seen.status).toBe(503);
    expect(seen.page).toContain('Sign-in is away for a moment');
  });

  it('is said so too where the store goes while the person of a token is sought', async () => {
    const tokens = await tokensOf(await signedIn());
    const { store } = gate.gate;
    const works = store.get.bind(store);
    store.get = async (key) => (key.startsWith('oidc:name:') ? await Promise.reject(new StoreUnavailable('gone')) : await works(key));
    const told = await refresh(tokens['refresh_token']);
    store.get = works;
    expect(told).toMatchObject({ status: 503, body: { error: 'temporarily_unavailable' } });
  });

  it('is the directory’s absence too, which ends nobody’s tokens', async () => {
    const tokens = await tokensOf(await signedIn());
    gate.directory.isAway = true;
    const told = await refresh(tokens['refresh_token']);
    const asked = await gate.post('introspection', 'wiki', { token: tokens['access_token'] ?? '' });
    gate.directory.isAway = false;
    expect([asked.status, await asked.json()]).toMatchObject([503, { error: 'temporarily_unavailable' }]);
    expect(told).toMatchObject({ status: 503, body: { error: 'temporarily_unavailable' } });
    expect((await refresh(tokens['refresh_token'])).status).toBe(200);
  });
});

describe('the endpoints', () => {
  it.each(['/api/oidc/token', '/.well-known/openid-configuration', '/jwks.json', '/interaction/x'])(
    'answer %s under the portal’s name only',
    async (path) => {
      expect((await gate.request(path, { headers: { 'x-forwarded-host': 'evil.test' } })).status).toBe(421);
    },
  );

  it('name the issuer whatever scheme and port a request says it came by', async () => {
    const headers = { 'x-forwarded-host': 'auth.example.org:1234', 'x-forwarded-proto': 'http' };
    const document = await (await gate.request('/.well-known/openid-configuration', { headers })).text();
    expect(document).not.toMatch(/:1234|http:\/\//);
  });

  it('let pages of registered addresses ask where the configuration says so, and no others', async () => {
    const tokens = await tokensOf(await signedIn());
    const own = await gate.userinfo(tokens['access_token'], { origin: 'https://wiki.example.net' });
    expect([own.status, own.headers.get('access-control-allow-origin')]).toEqual([200, 'https://wiki.example.net']);
    const foreign = await gate.userinfo(tokens['access_token'], { origin: 'https://evil.test' });
    expect([foreign.status, foreign.headers.get('access-control-allow-origin')]).toEqual([400, null]);
    const closed = await gate.post(
      'token',
      'wiki',
      { grant_type: 'refresh_token', refresh_token: 'x' },
      { origin: 'https://wiki.example.net' },
    );
    expect([closed.status, closed.headers.get('access-control-allow-origin')]).toEqual([400, null]);
  });

  it('refuse a body that is too large', async () => {
    const response = await gate.post('token', 'wiki', { grant_type: 'x'.repeat(60_000) });
    expect(response.status).toBe(400);
  });

  it('count clients and results, and write down no code, token, secret or session', async () => {
    const browser = await signedIn();
    const outcome = await gate.authorize(browser, 'wiki', { scope: 'openid offline_access', state: 'a state\r\nforged' });
    const tokens = await gate.redeem('wiki', outcome);
    await gate.redeem('wiki', outcome);
    await gate.post('token', 'wiki', { grant_type: 'nonsense\r\n{"forged":true}' });
    const metrics = await gate.gate.metrics.registry.metrics();
    expect(metrics).toMatch(/gate_oidc_answers_total\{endpoint="token",client="wiki",result="accepted"\} \d/);
    expect(metrics).toMatch(/gate_oidc_answers_total\{endpoint="token",client="wiki",result="invalid_grant"\} \d/);
    const everything = [...gate.logged, ...gate.stored].join('\n');
    const secrets = [outcome.answer['code'], outcome.verifier, tokens['access_token'], tokens['refresh_token'], tokens['id_token']];
    for (const text of [...secrets, browser.cookies.get('authelia_session'), gate.settings.hmacSecret])
      expect(everything).not.toContain(text ?? 'missing');
    expect(gate.logged.join('')).not.toMatch(/forged/);
  });
});
