import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createAuthenticator, type Flaws } from '../testing/authenticator.ts';
import { createTestBrowser, type TestBrowser } from '../testing/browser.ts';
import { createTestGate, requestTo, type TestGate } from '../testing/gate-fixture.ts';
import { alice, bob } from '../testing/people.ts';
import { codesOn, csrfOf, passkeyOptions } from '../testing/second-factor.ts';

type Authenticator = ReturnType<typeof createAuthenticator>;

const portal = 'https://auth.example.org';
const vault = 'https://vault.example.org/';

let gate: TestGate;
let key: Authenticator;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: 1_763_720_000_000 });
  gate = createTestGate();
  key = createAuthenticator(portal);
});

afterEach(() => void vi.useRealTimers());

async function signedIn(person = bob): Promise<TestBrowser> {
  const browser = createTestBrowser(gate);
  await browser.submit('/login', { username: person.username, password: person.password });
  return browser;
}

async function enrol(browser: TestBrowser, device = key, flaws: Flaws = {}, name = 'My key'): Promise<Response> {
  const options = await passkeyOptions(browser, '/settings/passkeys', 'enrol');
  return await browser.post('/settings/passkeys', { csrf: options.csrf, name, answer: device.create(options, flaws) });
}

async function confirm(browser: TestBrowser, device = key, flaws: Flaws = {}): Promise<Response> {
  const options = await passkeyOptions(browser, '/second-factor', 'second-factor');
  return await browser.post('/second-factor/passkey', { csrf: options.csrf, rd: vault, answer: device.use(options, flaws) });
}

async function enter(browser: TestBrowser, device = key, flaws: Flaws = {}): Promise<Response> {
  const options = await passkeyOptions(browser, '/passkey/sign-in', 'sign-in');
  return await browser.post('/passkey/sign-in', { csrf: options.csrf, rd: vault, answer: device.use(options, flaws) });
}

const flaws: readonly (readonly [string, Flaws])[] = [
  ['from another origin', { origin: 'https://auth.example.org.evil.test' }],
  ['from another port', { origin: 'https://auth.example.org:8443' }],
  ['from plain http', { origin: 'http://auth.example.org' }],
  ['for another host', { rpId: 'example.org' }],
  ['to another challenge', { challenge: 'a'.repeat(43) }],
  ['from inside a page of another site', { crossOrigin: true }],
];

describe('enrolling a passkey', () => {
  it('keeps it under its name, gives recovery codes with the first, and counts as a proof', async () => {
    const browser = await signedIn();
    const before = browser.cookies.get('authelia_session');
    const response = await enrol(browser, key, {}, ' Bob’s <phone> ');
    expect(await codesOn(response)).toHaveLength(10);
    expect(browser.cookies.get('authelia_session')).not.toBe(before);
    expect((await browser.authorize('vault.example.org')).status).toBe(200);
    const page = await (await browser.get('/settings/passkeys')).text();
    expect(page).toContain('Bob’s &lt;phone&gt;');
    expect((await enrol(browser, createAuthenticator(portal), {}, '')).headers.get('location')).toBe('/settings');
    expect((await gate.records.secondFactorsOf(bob.id)).passkeys.map(({ name }) => name)).toEqual(['Bob’s <phone>', 'Passkey 2']);
  });

  it('asks for a passkey of this person that is not there yet', async () => {
    const browser = await signedIn();
    await enrol(browser);
    const options = await passkeyOptions(browser, '/settings/passkeys', 'enrol');
    expect(options.excludeCredentials?.map(({ id }) => id)).toEqual([key.id]);
    expect(Buffer.from(options.user.id, 'base64url').toString()).toBe(bob.id);
    expect(options.rp.id).toBe('auth.example.org');
  });

  it.each([...flaws, ['that is no enrolment', { type: 'webauthn.get' }] as const])('refuses an answer %s', async (_, flaw) => {
    const response = await enrol(await signedIn(), key, flaw);
    expect(response.status).toBe(401);
    expect((await gate.records.secondFactorsOf(bob.id)).passkeys).toEqual([]);
  });

  it('takes a challenge once, from its own session, and for five minutes', async () => {
    const browser = await signedIn();
    const elsewhere = await signedIn();
    const options = await passkeyOptions(browser, '/settings/passkeys', 'enrol');
    const answer = key.create(options);
    const csrf = await csrfOf(elsewhere, '/settings/passkeys');
    expect((await elsewhere.post('/settings/passkeys', { csrf, name: '', answer })).status).toBe(401);
    const late = await passkeyOptions(browser, '/settings/passkeys', 'enrol');
    vi.setSystemTime(Date.now() + 200_000);
    await browser.get('/');
    vi.setSystemTime(Date.now() + 101_000);
    expect((await browser.post('/settings/passkeys', { csrf: late.csrf, name: '', answer: key.create(late) })).status).toBe(401);
    const fresh = await passkeyOptions(browser, '/settings/passkeys', 'enrol');
    const post = { csrf: fresh.csrf, name: '', answer: key.create(fresh) };
    const statuses = await Promise.all([browser.post('/settings/passkeys', post), browser.post('/settings/passkeys', post)]);
    expect(statuses.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 401]);
  });

  it('never takes over the passkey of another person', async () => {
    await enrol(await signedIn(alice));
    const thief = createAuthenticator(portal);
    expect((await enrol(await signedIn(), thief, { id: key.id })).status).toBe(401);
    expect((await gate.records.findPasskey(key.id))?.personId).toBe(alice.id);
  });

  it.each(['', '{}', 'null', '[]', '{"id":1}', 'x'.repeat(11_000), '{"__proto__":{}}'])('refuses %j', async (answer) => {
    const browser = await signedIn();
    const csrf = await csrfOf(browser, '/settings/passkeys');
    expect((await browser.post('/settings/passkeys', { csrf, name: '', answer })).status).toBe(401);
  });

  it('gives no options without a session, a fresh proof, and a form of ours', async () => {
    const stranger = createTestBrowser(gate);
    const csrf = await csrfOf(stranger, '/passkey/sign-in');
    for (const purpose of ['enrol', 'second-factor']) {
      expect((await stranger.post('/passkey/options', { csrf, purpose })).status).toBe(401);
    }
    expect((await stranger.post('/passkey/options', { csrf: 'x', purpose: 'sign-in' })).status).toBe(403);
    await enrol(await signedIn());
    const thief = await signedIn();
    expect((await thief.post('/passkey/options', { csrf: await csrfOf(thief, '/second-factor'), purpose: 'enrol' })).status).toBe(401);
  });
});

describe('challenges before sign-in', () => {
  it('are given so many times to one address, and to another all the same', async () => {
    const stranger = createTestBrowser(gate);
    const csrf = await csrfOf(stranger, '/passkey/sign-in');
    const ask = async (address: string) =>
      await stranger.post('/passkey/options', { csrf, purpose: 'sign-in' }, { 'x-forwarded-for': address });
    for (let asked = 0; asked < 30; asked++) expect((await ask('203.0.113.9')).status).toBe(200);
    const refusal = await ask('203.0.113.9');
    expect([refusal.status, refusal.headers.get('retry-after')]).toEqual([429, '300']);
    expect((await ask('203.0.113.10')).status).toBe(200);
  });

  it('take no guess of a password from the address that asks for them', async () => {
    const stranger = createTestBrowser(gate);
    const csrf = await csrfOf(stranger, '/passkey/sign-in');
    for (let asked = 0; asked < 31; asked++) await stranger.post('/passkey/options', { csrf, purpose: 'sign-in' });
    expect((await stranger.submit('/login', { username: bob.username, password: bob.password })).status).toBe(303);
  });
});

describe('a passkey as second factor', () => {
  it('lets a person in who gave his password', async () => {
    await enrol(await signedIn());
    const browser = await signedIn();
    const page = await browser.get('/second-factor');
    expect(await page.text()).toContain('data-passkey="second-factor"');
    expect(page.headers.get('content-security-policy')).toMatch(/script-src 'sha256-[^']+'; connect-src 'self';/);
    expect((await passkeyOptions(browser, '/second-factor', 'second-factor')).allowCredentials?.map(({ id }) => id)).toEqual([key.id]);
    expect((await confirm(browser)).headers.get('location')).toBe(vault);
    expect((await browser.authorize('vault.example.org')).status).toBe(200);
  });

  it('suffices without asking its owner, because the password was given', async () => {
    const button = createAuthenticator(portal, false);
    await enrol(await signedIn(), button);
    expect((await confirm(await signedIn(), button)).status).toBe(303);
  });

  it.each([...flaws, ['that is no use', { type: 'webauthn.create' }] as const])('refuses an answer %s', async (_, flaw) => {
    await enrol(await signedIn());
    const browser = await signedIn();
    expect((await confirm(browser, key, flaw)).status).toBe(401);
    expect((await browser.authorize('vault.example.org')).status).toBe(302);
  });

  it('refuses a counter that does not go forward, as of a copy', async () => {
    await enrol(await signedIn());
    expect((await confirm(await signedIn(), key, { counter: 7 })).status).toBe(303);
    for (const counter of [7, 6, 0]) expect((await confirm(await signedIn(), key, { counter })).status).not.toBe(303);
    expect((await gate.records.findPasskey(key.id))?.passkey.counter).toBe(7);
  });

  it('takes no answer twice, none of another session, and none that was given for signing in', async () => {
    await enrol(await signedIn());
    const browser = await signedIn();
    const options = await passkeyOptions(browser, '/second-factor', 'second-factor');
    const post = { csrf: options.csrf, answer: key.use(options) };
    const elsewhere = await signedIn();
    const csrf = await csrfOf(elsewhere, '/second-factor');
    expect((await elsewhere.post('/second-factor/passkey', { ...post, csrf })).status).toBe(401);
    const other = await passkeyOptions(elsewhere, '/second-factor', 'sign-in');
    expect((await elsewhere.post('/second-factor/passkey', { csrf: other.csrf, answer: key.use(other) })).status).toBe(401);
    expect((await browser.post('/second-factor/passkey', post)).status).toBe(303);
    const again = await signedIn();
    expect((await again.post('/second-factor/passkey', { ...post, csrf: await csrfOf(again, '/second-factor') })).status).not.toBe(303);
  });

  it('is worth nothing to another person, and nothing once it was removed', async () => {
    const browser = await signedIn();
    await enrol(browser);
    const hers = createAuthenticator(portal);
    await enrol(await signedIn(alice), hers);
    expect((await confirm(await signedIn(alice), key)).status).toBe(401);
    const csrf = await csrfOf(browser, '/settings/passkeys');
    await browser.post('/settings/passkeys/remove', { csrf, id: hers.id });
    expect(await gate.records.findPasskey(hers.id)).toBeDefined();
    await browser.post('/settings/passkeys/remove', { csrf, id: key.id });
    expect(await gate.records.secondFactorsOf(bob.id)).toEqual({ totp: false, passkeys: [], recoveryCodesLeft: 0 });
    expect((await enter(createTestBrowser(gate))).status).toBe(401);
  });
});

describe('signing in with a passkey alone', () => {
  beforeEach(async () => void (await enrol(await signedIn())));

  it('is offered beside the password, on a page of its own', async () => {
    const browser = createTestBrowser(gate);
    const login = await (await browser.get(`/?rd=${encodeURIComponent(vault)}`)).text();
    expect(login).toContain(`href="/passkey/sign-in?rd=${encodeURIComponent(vault)}"`);
    expect(login).not.toContain('<script');
    expect(await (await browser.get('/passkey/sign-in')).text()).toContain('<noscript>');
  });

  it('counts as two factors, for the key was there and asked for its owner', async () => {
    const browser = createTestBrowser(gate);
    const options = await passkeyOptions(browser, '/passkey/sign-in', 'sign-in');
    expect([options.userVerification, options.allowCredentials]).toEqual(['required', undefined]);
    expect((await enter(browser)).headers.get('location')).toBe(vault);
    expect((await browser.authorize('vault.example.org')).headers.get('remote-user')).toBe('bob');
    expect((await gate.records.findPasskey(key.id))?.passkey.usedAt).toBe(Date.now());
  });

  it.each(flaws)('refuses an answer %s', async (_, flaw) => {
    const browser = createTestBrowser(gate);
    expect((await enter(browser, key, flaw)).status).toBe(401);
    expect(browser.cookies.has('authelia_session')).toBe(false);
  });

  it.each([
    ['that names nobody', undefined],
    ['that names somebody else', Buffer.from(alice.id).toString('base64url')],
  ])('refuses a key %s', async (_, userHandle) => {
    expect((await enter(createTestBrowser(gate), key, { userHandle })).status).toBe(401);
  });

  it('refuses a key that did not ask for its owner', async () => {
    const button = createAuthenticator(portal, false);
    const browser = await signedIn(alice);
    await enrol(browser, button);
    expect((await enter(createTestBrowser(gate), button)).status).toBe(401);
  });

  it('refuses a person who is gone or disabled', async () => {
    gate.directory.accounts.delete('bob');
    expect((await enter(createTestBrowser(gate))).status).toBe(401);
  });

  it('refuses a new person who was given the name of an old one', async () => {
    gate.directory.accounts.set('bob', { ...bob, id: '11111111-2222-4333-8444-555555555555' });
    expect((await enter(createTestBrowser(gate))).status).toBe(401);
  });

  it('takes a challenge once and in the browser that got it', async () => {
    const browser = createTestBrowser(gate);
    const options = await passkeyOptions(browser, '/passkey/sign-in', 'sign-in');
    const answer = key.use(options);
    const elsewhere = createTestBrowser(gate);
    const csrf = await csrfOf(elsewhere, '/passkey/sign-in');
    expect((await elsewhere.post('/passkey/sign-in', { csrf, answer })).status).toBe(401);
    expect((await browser.post('/passkey/sign-in', { csrf: options.csrf, answer })).status).toBe(303);
    expect((await browser.post('/passkey/sign-in', { csrf: options.csrf, answer })).status).toBe(401);
  });

  it('says the same of an unknown key as of a broken answer, and stops one address that tries many', async () => {
    const browser = createTestBrowser(gate);
    const words = async (response: Response) => /role="alert"[^>]*>([^<]+)/.exec(await response.text())?.[1];
    expect(await words(await enter(browser, createAuthenticator(portal)))).toBe(await words(await enter(browser, key, { rpId: 'x' })));
    const csrf = await csrfOf(browser, '/passkey/sign-in');
    const statuses = [];
    for (let guess = 0; guess < 30; guess++) statuses.push((await browser.post('/passkey/sign-in', { csrf, answer: '{}' })).status);
    expect(statuses).toContain(429);
  });

  it('says so when the directory is away, and counts nothing against anybody', async () => {
    gate.directory.isAway = true;
    for (let round = 0; round < 5; round++) expect((await enter(createTestBrowser(gate))).status).toBe(503);
    gate.directory.isAway = false;
    expect((await enter(createTestBrowser(gate))).status).toBe(303);
  });

  it('is not there where the configuration says no', async () => {
    const { webauthn, ...others } = gate.gate.config;
    const closed = { request: requestTo({ ...gate.gate, config: { ...others, webauthn: { ...webauthn, enable_passkey_login: false } } }) };
    const browser = createTestBrowser(closed);
    expect(await (await browser.get('/')).text()).not.toContain('passkey');
    expect((await browser.get('/passkey/sign-in')).status).toBe(404);
  });
});
