import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createTestBrowser, type TestBrowser } from '../testing/browser.ts';
import { createTestGate, type TestGate } from '../testing/gate-fixture.ts';
import { alice, bob } from '../testing/people.ts';
import { codeOf, codesOn, csrfOf, enrolTotp } from '../testing/second-factor.ts';

const vault = 'https://vault.example.org/secrets';
const toVault = `/second-factor?rd=${encodeURIComponent(vault)}`;

let gate: TestGate;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: 1_763_720_000_000 });
  gate = createTestGate();
});

afterEach(() => void vi.useRealTimers());

async function signedIn(person = bob, rd = ''): Promise<TestBrowser> {
  const browser = createTestBrowser(gate);
  expect((await browser.submit('/login', { username: person.username, password: person.password, rd })).status).toBe(303);
  return browser;
}

async function give(browser: TestBrowser, code: string, way: 'totp' | 'recovery' = 'totp', rd = vault): Promise<Response> {
  return await browser.post(`/second-factor/${way}`, { csrf: await csrfOf(browser, '/second-factor'), code, rd });
}

function later(seconds: number): void {
  vi.setSystemTime(Date.now() + seconds * 1000);
}

describe('a place that asks for a second factor', () => {
  it('leads a person who has none by way of setting one up and back', async () => {
    const browser = createTestBrowser(gate);
    const response = await browser.submit('/login', { username: 'bob', password: bob.password, rd: vault });
    expect(response.headers.get('location')).toBe(toVault);
    const page = await (await browser.get(toVault)).text();
    expect(page).toContain('A second factor is needed');
    expect(page).toContain(`/settings/totp?rd=${encodeURIComponent(vault)}`);
    const { response: done } = await enrolTotp(browser, vault);
    expect(await done.text()).toContain(`href="${vault}"`);
    expect((await browser.authorize('vault.example.org')).status).toBe(200);
  });

  it('lets a person in with password and code, and not with one of them', async () => {
    const { secret } = await enrolTotp(await signedIn());
    later(60);
    const browser = await signedIn();
    expect((await browser.authorize('vault.example.org')).status).toBe(302);
    expect((await browser.authorize('wiki.example.org')).status).toBe(200);
    const before = browser.cookies.get('authelia_session');
    const response = await give(browser, codeOf(secret));
    expect([response.status, response.headers.get('location')]).toEqual([303, vault]);
    expect(browser.cookies.get('authelia_session')).not.toBe(before);
    expect((await browser.authorize('vault.example.org')).headers.get('remote-user')).toBe('bob');
    expect((await browser.get(toVault)).headers.get('location')).toBe(vault);
    const stolen = createTestBrowser(gate);
    stolen.cookies.set('authelia_session', before ?? '');
    expect((await stolen.authorize('wiki.example.org')).status).toBe(302);
  });

  it('asks who nobody is to sign in first, and comes back', async () => {
    const response = await createTestBrowser(gate).get(toVault);
    const back = new URL(response.headers.get('location') ?? '', 'https://auth.example.org').searchParams.get('rd');
    expect(back).toBe(`https://auth.example.org${toVault}`);
    const browser = createTestBrowser(gate);
    const entered = await browser.submit('/login', { username: 'bob', password: bob.password, rd: back ?? '' });
    expect(entered.headers.get('location')).toBe(back);
  });

  it.each(['https://evil.test/', '//evil.test', 'javascript:alert(1)', 'http://vault.example.org/', 'https://example.org.evil.test/'])(
    'does not lead on to %s',
    async (rd) => {
      const { secret } = await enrolTotp(await signedIn());
      later(60);
      expect((await give(await signedIn(), codeOf(secret), 'totp', rd)).headers.get('location')).toBe('/');
    },
  );
});

describe('an authenticator app', () => {
  it('counts only once its first code was right', async () => {
    const browser = await signedIn();
    const page = await (await browser.get('/settings/totp')).text();
    expect(page).toContain('<svg');
    expect(page).toMatch(/otpauth:\/\/totp\/Test:bob\?[^"]*issuer=Test/);
    const sealed = /name="sealed" value="([^"]+)"/.exec(page)?.[1] ?? '';
    const response = await browser.post('/settings/totp', { csrf: await csrfOf(browser, '/settings/totp'), sealed, code: '000000' });
    expect(response.status).toBe(401);
    expect(await response.text()).toContain(/<code>[^<]+<\/code>/.exec(page)?.[0]);
    expect((await gate.records.secondFactorsOf(bob.id)).totp).toBe(false);
  });

  it.each([
    ['the secret of another person', alice],
    ['a secret that waited too long', bob],
  ])('is not set up with %s', async (_, person) => {
    const page = await (await (await signedIn(person)).get('/settings/totp')).text();
    const sealed = /name="sealed" value="([^"]+)"/.exec(page)?.[1] ?? '';
    const secret = (/<code>([A-Z2-7 ]+)<\/code>/.exec(page)?.[1] ?? '').replaceAll(' ', '');
    if (person === bob) later(16 * 60);
    const browser = await signedIn();
    const csrf = await csrfOf(browser, '/settings/totp');
    expect((await browser.post('/settings/totp', { csrf, sealed, code: codeOf(secret) })).status).toBe(403);
    expect((await gate.records.secondFactorsOf(bob.id)).totp).toBe(false);
  });

  it.each([
    ['the next step, for a clock that is ahead', 1, 303],
    ['the step before, for one that is behind', -1, 303],
    ['two steps ahead', 2, 401],
    ['two steps behind', -2, 401],
  ])('is taken at %s or not', async (_, steps, status) => {
    const { secret } = await enrolTotp(await signedIn());
    later(120);
    expect((await give(await signedIn(), codeOf(secret, steps))).status).toBe(status);
  });

  it('gives no code that can be used twice, not even the one that set it up', async () => {
    const { secret } = await enrolTotp(await signedIn());
    expect((await give(await signedIn(), codeOf(secret))).status).toBe(401);
    later(60);
    const code = codeOf(secret);
    const browsers = await Promise.all([signedIn(), signedIn(), signedIn()]);
    const statuses = await Promise.all(browsers.map(async (browser) => (await give(browser, code)).status));
    expect(statuses.filter((status) => status === 303)).toHaveLength(1);
    later(30);
    expect((await give(await signedIn(), code)).status).not.toBe(303);
  });

  it('is worth nothing to another person', async () => {
    const { secret } = await enrolTotp(await signedIn());
    await enrolTotp(await signedIn(alice));
    later(60);
    expect((await give(await signedIn(alice), codeOf(secret))).status).toBe(401);
  });

  it('keeps its key from logs and from the store', async () => {
    const { secret } = await enrolTotp(await signedIn());
    expect([...gate.logged, ...gate.stored].join('\n')).not.toContain(secret);
  });
});

describe('guesses at codes', () => {
  it('are stopped for the person, and a right password does not start the count anew', async () => {
    const { secret } = await enrolTotp(await signedIn());
    later(60);
    const statuses = [];
    for (let guess = 0; guess < 3; guess++) statuses.push((await give(await signedIn(), '123456')).status);
    const response = await give(await signedIn(), codeOf(secret));
    expect([...statuses, response.status]).toEqual([401, 401, 401, 429]);
    expect(response.headers.get('retry-after')).toBe('300');
    expect((await (await signedIn()).authorize('wiki.example.org')).status).toBe(200);
  });

  it('end the session after ten, however slowly they come', async () => {
    await enrolTotp(await signedIn());
    const browser = await signedIn();
    for (let guess = 1; guess < 10; guess++) {
      later(150);
      expect((await give(browser, '123456')).status).toBe(401);
    }
    later(150);
    expect(await (await give(browser, '123456')).text()).toContain('Sign in again');
    expect((await browser.authorize('wiki.example.org')).status).toBe(302);
  });

  it('are answered in the same words whether the code was wrong or used', async () => {
    const { secret } = await enrolTotp(await signedIn());
    const words = async (code: string) => /role="alert"[^>]*>([^<]+)/.exec(await (await give(await signedIn(), code)).text())?.[1];
    expect(await words(codeOf(secret))).toBe(await words('000000'));
  });
});

describe('recovery codes', () => {
  it('come with the first second factor, and each lets its owner in once', async () => {
    const codes = await codesOn((await enrolTotp(await signedIn())).response);
    expect(codes).toHaveLength(10);
    const [first = '', second = ''] = codes;
    expect((await give(await signedIn(), first.toUpperCase().replace('-', ' '), 'recovery')).status).toBe(303);
    expect((await give(await signedIn(), first, 'recovery')).status).toBe(401);
    expect((await give(await signedIn(), second, 'recovery')).status).toBe(303);
    expect([...gate.logged, ...gate.stored].join('\n')).not.toContain(first);
  });

  it('are of no use to another person', async () => {
    const [code = ''] = await codesOn((await enrolTotp(await signedIn())).response);
    await enrolTotp(await signedIn(alice));
    expect((await give(await signedIn(alice), code, 'recovery')).status).toBe(401);
  });

  it('are made anew on request, in place of the old ones', async () => {
    const browser = await signedIn();
    const [old = ''] = await codesOn((await enrolTotp(browser)).response);
    const [code = ''] = await codesOn(await browser.post('/settings/recovery', { csrf: await csrfOf(browser, '/settings/recovery') }));
    expect((await give(await signedIn(), old, 'recovery')).status).toBe(401);
    expect((await give(await signedIn(), code, 'recovery')).status).toBe(303);
  });

  it('are missed in time', async () => {
    const codes = await codesOn((await enrolTotp(await signedIn())).response);
    for (const code of codes.slice(0, 6)) {
      await give(await signedIn(), code, 'recovery');
    }
    const browser = await signedIn();
    expect(await (await browser.get('/')).text()).not.toContain('recovery codes');
    await give(browser, codes[7] ?? '', 'recovery');
    expect(await (await browser.get('/')).text()).toContain('few recovery codes (3)');
    expect(await (await browser.get('/settings')).text()).toContain('3 recovery codes left');
  });

  it('go with the last second factor', async () => {
    const browser = await signedIn();
    await enrolTotp(browser);
    expect((await browser.post('/settings/totp/remove', { csrf: await csrfOf(browser, '/settings') })).status).not.toBe(303);
    expect((await browser.post('/settings/totp/remove', { csrf: await csrfOf(browser, '/settings/recovery') })).status).toBe(303);
    expect(await gate.records.secondFactorsOf(bob.id)).toEqual({ totp: false, passkeys: [], recoveryCodesLeft: 0 });
  });
});

describe('without records', () => {
  it('one factor goes on, and what needs two says that it is away, then recovers alone', async () => {
    const { secret } = await enrolTotp(await signedIn());
    later(60);
    gate.records.isAway = true;
    const browser = await signedIn();
    expect((await browser.authorize('wiki.example.org')).status).toBe(200);
    expect((await browser.get('/')).status).toBe(200);
    expect(await (await browser.get('/settings')).text()).toContain('cannot be read right now');
    for (const path of [toVault, '/settings/totp', '/settings/passkeys', '/settings/recovery']) {
      const response = await browser.get(path);
      expect([path, response.status]).toEqual([path, 503]);
      expect(await response.text()).toContain('Second factors are away for a moment');
    }
    expect(await (await gate.request('/api/health')).json()).toEqual({ status: 'OK', records: 'away' });
    gate.records.isAway = false;
    expect((await give(browser, codeOf(secret))).status).toBe(303);
  });

  it('nothing is counted against a person', async () => {
    const { secret } = await enrolTotp(await signedIn());
    const browser = await signedIn();
    const csrf = await csrfOf(browser, '/second-factor');
    later(60);
    gate.records.isAway = true;
    for (let round = 0; round < 5; round++) {
      expect((await browser.post('/second-factor/totp', { csrf, code: codeOf(secret) })).status).toBe(503);
    }
    gate.records.isAway = false;
    expect((await give(browser, codeOf(secret))).status).toBe(303);
  });
});
