import { describe, expect, it } from 'vitest';
import { createTestBrowser } from './testing/browser.ts';
import { createTestGate, type TestGate } from './testing/gate-fixture.ts';
import { alice, bob } from './testing/people.ts';

async function signedIn(gate: TestGate, person: { readonly username: string; readonly password: string }) {
  const browser = createTestBrowser(gate);
  const response = await browser.submit('/login', { username: person.username, password: person.password });
  expect(response.status).toBe(303);
  return browser;
}

describe('forward-auth for an anonymous visitor', () => {
  it('lets him through where everybody may go, as nobody', async () => {
    const response = await createTestBrowser(createTestGate()).authorize('open.example.org');
    expect(response.status).toBe(200);
    expect(response.headers.get('remote-user')).toBeNull();
  });

  it('sends a browser to sign in, with the way back', async () => {
    const response = await createTestBrowser(createTestGate()).authorize('wiki.example.org', { 'x-forwarded-uri': '/a?b=c&d=e' });
    expect(response.status).toBe(302);
    expect(response.headers.get('location')).toBe('https://auth.example.org/?rd=https%3A%2F%2Fwiki.example.org%2Fa%3Fb%3Dc%26d%3De&rm=GET');
  });

  it.each([
    ['HEAD', 302],
    ['OPTIONS', 302],
    ['POST', 303],
    ['DELETE', 303],
  ])('sends a browser to sign in for %s with %i', async (method, status) => {
    expect((await createTestBrowser(createTestGate()).authorize('wiki.example.org', { 'x-forwarded-method': method })).status).toBe(status);
  });

  it.each([
    ['a script', { 'x-requested-with': 'XMLHttpRequest' }],
    ['a program that wants JSON', { accept: 'application/json' }],
    ['a program that wants nothing in particular but not first', { accept: 'application/json, */*' }],
  ])('answers 401 to %s', async (_, headers) => {
    expect((await createTestBrowser(createTestGate()).authorize('wiki.example.org', headers)).status).toBe(401);
  });

  it('refuses what is closed to everybody', async () => {
    expect((await createTestBrowser(createTestGate()).authorize('unknown.example.org')).status).toBe(403);
  });

  it.each([
    { 'x-forwarded-proto': 'http' },
    { 'x-forwarded-host': 'app.evil.test' },
    { 'x-forwarded-host': 'wiki.example.org.evil.test' },
    { 'x-forwarded-host': 'evilexample.org' },
    { 'x-forwarded-host': 'open.example.org, wiki.example.org' },
    { 'x-forwarded-method': 'G ET' },
    { 'x-forwarded-uri': 'https://open.example.org/' },
  ])('answers 400 to a question that makes no sense: %j', async (headers) => {
    expect((await createTestBrowser(createTestGate()).authorize('wiki.example.org', headers)).status).toBe(400);
  });

  it('believes no header about who he is', async () => {
    const forged = {
      'remote-user': 'alice',
      'remote-groups': 'admin',
      'x-authelia-url': 'https://evil.test',
      authorization: 'Basic YWxpY2U6eA==',
    };
    const response = await createTestBrowser(createTestGate()).authorize('admin.example.org', forged);
    expect(response.status).toBe(302);
    expect(response.headers.get('location')).toMatch(/^https:\/\/auth\.example\.org\/\?rd=/);
    expect(response.headers.get('remote-user')).toBeNull();
  });

  it('is not fooled by a made-up session', async () => {
    const browser = createTestBrowser(createTestGate());
    for (const value of ['', 'x', 'a'.repeat(43), 'a'.repeat(9000)]) {
      browser.cookies.set('authelia_session', value);
      expect((await browser.authorize('wiki.example.org')).status).toBe(302);
    }
  });
});

describe('forward-auth for a signed-in person', () => {
  it('lets him through and says who he is', async () => {
    const browser = await signedIn(createTestGate(), alice);
    const response = await browser.authorize('admin.example.org', { 'remote-user': 'mallory' });
    expect(response.status).toBe(200);
    expect(response.headers.get('remote-user')).toBe('alice');
    expect(response.headers.get('remote-groups')).toBe('admin,viewer');
    expect(response.headers.get('remote-email')).toBe('alice@example.org');
    expect(Buffer.from(response.headers.get('remote-name') ?? '', 'latin1').toString('utf8')).toBe('Alice Žižková');
  });

  it('refuses him without the right group, and says who is signed in and how to leave', async () => {
    const browser = await signedIn(createTestGate(), bob);
    const response = await browser.authorize('admin.example.org');
    expect(response.status).toBe(403);
    expect(response.headers.get('remote-user')).toBeNull();
    const page = await response.text();
    expect(page).toContain('<strong>Bob</strong>');
    expect(page).toContain('href="https://auth.example.org/logout"');
  });

  it('leads a browser to the second factor, and tells a program 401', async () => {
    const browser = await signedIn(createTestGate(), alice);
    const response = await browser.authorize('vault.example.org', { 'x-forwarded-uri': '/a' });
    expect(response.status).toBe(302);
    expect(response.headers.get('location')).toBe('https://auth.example.org/second-factor?rd=https%3A%2F%2Fvault.example.org%2Fa&rm=GET');
    expect((await browser.authorize('vault.example.org', { accept: 'application/json' })).status).toBe(401);
  });

  it('asks again after a sign-out, even with the old cookie', async () => {
    const browser = await signedIn(createTestGate(), bob);
    const old = browser.cookies.get('authelia_session') ?? '';
    expect((await browser.submit('/logout', {})).status).toBe(303);
    browser.cookies.set('authelia_session', old);
    expect((await browser.authorize('wiki.example.org')).status).toBe(302);
  });

  it('takes a group away as soon as the directory is asked again', async () => {
    const gate = createTestGate({ refreshIntervalMs: 0 });
    const browser = await signedIn(gate, alice);
    gate.directory.accounts.set('alice', { ...alice, groups: ['viewer'] });
    expect((await browser.authorize('admin.example.org')).status).toBe(403);
    expect((await browser.authorize('wiki.example.org')).status).toBe(200);
  });

  it('ends the session of a person who was removed', async () => {
    const gate = createTestGate({ refreshIntervalMs: 0 });
    const browser = await signedIn(gate, bob);
    gate.directory.accounts.delete('bob');
    expect((await browser.authorize('wiki.example.org')).status).toBe(302);
  });

  it('is not handed on to a later person of the same name', async () => {
    const gate = createTestGate({ refreshIntervalMs: 0 });
    const browser = await signedIn(gate, bob);
    gate.directory.accounts.set('bob', { ...bob, id: alice.id, groups: ['admin'] });
    expect((await browser.authorize('admin.example.org')).status).toBe(302);
    gate.directory.accounts.set('bob', bob);
    expect((await browser.authorize('wiki.example.org')).status).toBe(302);
  });

  it('goes on while the directory is away', async () => {
    const gate = createTestGate({ refreshIntervalMs: 0 });
    const browser = await signedIn(gate, bob);
    gate.directory.isAway = true;
    expect((await browser.authorize('wiki.example.org')).status).toBe(200);
  });

  it('answers 503, never 200, while sessions cannot be read, and recovers alone', async () => {
    const gate = createTestGate();
    const browser = await signedIn(gate, bob);
    gate.setStoreAway(true);
    expect((await browser.authorize('wiki.example.org')).status).toBe(503);
    expect((await browser.authorize('wiki.example.org', { accept: 'application/json' })).status).toBe(503);
    gate.setStoreAway(false);
    expect((await browser.authorize('wiki.example.org')).status).toBe(200);
  });

  it('keeps his session while somebody else guesses at his password', async () => {
    const gate = createTestGate();
    const owner = await signedIn(gate, bob);
    const thief = createTestBrowser(gate);
    for (let guess = 0; guess < 6; guess++) await thief.submit('/login', { username: 'bob', password: `guess ${guess}` });
    expect((await thief.submit('/login', { username: 'bob', password: bob.password })).status).toBe(429);
    expect((await owner.authorize('wiki.example.org')).status).toBe(200);
  });

  it('counts what it decided', async () => {
    const gate = createTestGate();
    const browser = await signedIn(gate, bob);
    await browser.authorize('wiki.example.org');
    await browser.authorize('admin.example.org');
    const text = await gate.gate.metrics.registry.metrics();
    expect(text).toContain('gate_sign_ins_total{result="accepted"} 1');
    expect(text).toContain('gate_authz_decisions_total{result="allowed"} 1');
    expect(text).toContain('gate_authz_decisions_total{result="forbidden"} 1');
    expect(text).toContain('gate_authz_duration_seconds_count 2');
  });
});
