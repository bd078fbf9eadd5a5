import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestBrowser } from '../testing/browser.ts';
import { alice, bob } from '../testing/people.ts';
import { type Outcome, type RunningOidc, startOidc, testClient } from '../testing/running-oidc.ts';
import { codeOf, enrolTotp } from '../testing/second-factor.ts';

let gate: RunningOidc;

beforeAll(async () => {
  gate = await startOidc({
    clients: [
      testClient('wiki'),
      testClient('vault', { authorization_policy: 'two_factor' }),
      testClient('asking', { consent_mode: 'pre-configured', pre_configured_consent_duration: '30 days' }),
    ],
  });
});
afterAll(async () => await gate.close());

const signedIn = async (person = bob) => await gate.signedIn(person);
const tokensOf = async (browser: TestBrowser, client = 'wiki', changes = {}) => await gate.tokensOf(browser, client, changes);
const refresh = async (token: string | undefined, client = 'wiki') => await gate.refresh(token, client);

describe('the gate’s session', () => {
  it('is the provider’s: no cookie is set for another, and signing out ends both', async () => {
    const browser = await signedIn();
    expect((await gate.authorize(browser, 'wiki', { prompt: 'none' })).answer).toHaveProperty('code');
    expect([...browser.cookies.keys()].filter((name) => name.includes('oidc'))).toEqual([]);
    await browser.submit('/logout', {});
    expect((await gate.authorize(browser, 'wiki', { prompt: 'none' })).answer).toMatchObject({
      error: 'login_required',
      state: 'the-state',
    });
  });

  it('says who came, though somebody else came before him in the same browser', async () => {
    const browser = await signedIn(alice);
    const first = decodeJwt((await tokensOf(browser))['id_token'] ?? '');
    await browser.submit('/login', { username: 'bob', password: bob.password });
    const second = decodeJwt((await tokensOf(browser))['id_token'] ?? '');
    expect([first.sub, second.sub]).toEqual([alice.id, bob.id]);
  });

  it('is proved anew for prompt=login, and then leads on with the time of that proof', async () => {
    const browser = await signedIn();
    const asked = await gate.authorize(browser, 'wiki', { prompt: 'login' });
    expect(asked.path).toBe('/prove');
    const rd = /name="rd" value="([^"]+)"/.exec(asked.page)?.[1] ?? '';
    const proved = await browser.fillIn(`/prove?${new URLSearchParams({ rd }).toString()}`, { password: bob.password });
    const done = await gate.follow(browser, proved.headers.get('location') ?? '', asked.verifier);
    const claims = decodeJwt((await gate.redeem('wiki', done))['id_token'] ?? '');
    expect(Date.now() / 1000 - Number(claims['auth_time'])).toBeLessThan(10);
  });

  it('carries its tokens through a second proof', async () => {
    const browser = await signedIn(alice);
    const tokens = await tokensOf(browser);
    const id = browser.cookies.get('authelia_session') ?? '';
    const session = await gate.gate.sessions.find(id, 'example.org');
    browser.cookies.set('authelia_session', await gate.gate.sessions.prove(id, session ?? ({} as never), ['otp']));
    expect((await refresh(tokens['refresh_token'])).status).toBe(200);
  });

  it('takes its tokens along when it is revoked', async () => {
    const browser = await signedIn();
    const tokens = await tokensOf(browser);
    await gate.gate.sessions.revokeAll(bob.id);
    expect((await refresh(tokens['refresh_token'])).body).toMatchObject({ error: 'invalid_grant' });
    expect((await gate.userinfo(tokens['access_token'])).status).toBe(401);
    expect(await (await gate.post('introspection', 'wiki', { token: tokens['access_token'] ?? '' })).json()).toEqual({ active: false });
  });
});

describe('a client that needs a second factor', () => {
  it('gets its code once one was given', async () => {
    const browser = await signedIn(alice);
    const { secret } = await enrolTotp(browser);
    const fresh = await signedIn(alice);
    const asked = await gate.authorize(fresh, 'vault');
    expect(asked.path).toMatch(/^\/second-factor/);
    const rd = /name="rd" value="([^"]+)"/.exec(asked.page)?.[1] ?? '';
    const given = await fresh.fillIn(`/second-factor?${new URLSearchParams({ rd }).toString()}`, { code: codeOf(secret, 1) });
    const done = await gate.follow(fresh, given.headers.get('location') ?? '', asked.verifier);
    expect(decodeJwt((await gate.redeem('vault', done))['id_token'] ?? '')['amr']).toEqual(['pwd', 'otp']);
    expect((await gate.authorize(fresh, 'vault', { prompt: 'none' })).answer).toHaveProperty('code');
  });
});

describe('consent', () => {
  async function answer(browser: TestBrowser, asked: Outcome, fields: Readonly<Record<string, string>>): Promise<Outcome> {
    const csrf = /name="csrf" value="([^"]+)"/.exec(asked.page)?.[1] ?? '';
    const response = await browser.post(asked.path, { csrf, ...fields });
    return await gate.follow(browser, response.headers.get('location') ?? '', asked.verifier);
  }

  it('names the app, where it is, and what it wants', async () => {
    const asked = await gate.authorize(await signedIn(), 'asking', { scope: 'openid email' });
    expect(asked.page).toContain('Allow App asking?');
    expect(asked.page).toContain('asking.example.net');
    expect(asked.page).toContain('See your mail address');
    expect(asked.page).not.toContain('See which groups');
    expect(asked.page).not.toContain('<script');
  });

  it('is remembered where the person says so, for what he allowed and not for more', async () => {
    const browser = await signedIn(alice);
    const ask = { scope: 'openid email' };
    expect((await answer(browser, await gate.authorize(browser, 'asking', ask), { decision: 'allow' })).answer).toHaveProperty('code');
    const again = await gate.authorize(browser, 'asking', ask);
    expect((await answer(browser, again, { decision: 'allow', remember: 'yes' })).answer).toHaveProperty('code');
    expect((await gate.authorize(browser, 'asking', ask)).answer).toHaveProperty('code');
    expect((await gate.authorize(browser, 'asking', { scope: 'openid email groups', prompt: 'none' })).answer['error']).toBe(
      'consent_required',
    );
    expect((await gate.authorize(browser, 'asking', { ...ask, prompt: 'consent' })).path).toMatch(/^\/interaction\//);
    expect((await gate.authorize(await signedIn(), 'asking', { ...ask, prompt: 'none' })).answer['error']).toBe('consent_required');
  });

  it('is asked for while records are away, and holds for that time', async () => {
    const browser = await signedIn(alice);
    gate.records.isAway = true;
    const asked = await gate.authorize(browser, 'asking', { scope: 'openid email' });
    const done = await answer(browser, asked, { decision: 'allow', remember: 'yes' });
    gate.records.isAway = false;
    expect(done.answer).toHaveProperty('code');
  });

  it('of one person is none of another who signs in meanwhile', async () => {
    const browser = await signedIn();
    const asked = await gate.authorize(browser, 'asking');
    const csrf = /name="csrf" value="([^"]+)"/.exec(asked.page)?.[1] ?? '';
    const allowed = await browser.post(asked.path, { csrf, decision: 'allow' });
    await browser.submit('/login', { username: 'alice', password: alice.password });
    const after = await gate.follow(browser, allowed.headers.get('location') ?? '');
    expect(after.answer).not.toHaveProperty('code');
    expect(after.page).toContain('Allow App asking?');
  });
});

describe('an interaction', () => {
  it('belongs to the browser that began it', async () => {
    const attacker = gate.browser();
    const waiting = await gate.authorize(attacker, 'wiki');
    const rd = /name="rd" value="([^"]+)"/.exec(waiting.page)?.[1] ?? '';
    const victim = await signedIn();
    const seen = await gate.follow(victim, rd);
    expect(seen.status).toBe(400);
    expect(seen.page).toContain('This sign-in is over');
    for (const [name, value] of attacker.cookies) if (name.includes('gate_')) victim.cookies.set(name, value.replace(/^./, 'x'));
    expect((await gate.follow(victim, rd)).status).toBe(400);
  });

  it('keeps its cookies to TLS, out of reach of scripts, and signed', async () => {
    const response = await gate.request(
      '/api/oidc/authorization?client_id=wiki&response_type=code&redirect_uri=https%3A%2F%2Fwiki.example.net%2Fcallback&scope=openid&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256',
    );
    const cookies = response.headers.getSetCookie();
    expect(new Set(cookies.map((line) => line.split('=')[0]))).toEqual(
      new Set(['__Secure-gate_interaction', '__Secure-gate_interaction.sig', '__Secure-gate_resume', '__Secure-gate_resume.sig']),
    );
    for (const line of cookies)
      expect(line).toMatch(/; path=\/(interaction|api\/oidc\/authorization)\/[\w-]+; expires=[^;]+; samesite=lax; secure; httponly$/i);
  });
});
