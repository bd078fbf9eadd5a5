import { describe, expect, it } from 'vitest';
import { createTestBrowser } from './testing/browser.ts';
import { createTestGate } from './testing/gate-fixture.ts';
import { alice, bob } from './testing/people.ts';

const right = { username: 'bob', password: bob.password };

describe('signing in', () => {
  it('shows a form that a person and a screen reader can use', async () => {
    const page = await (await createTestBrowser(createTestGate()).get('/')).text();
    expect(page).toContain('<html lang="en">');
    expect(page).toContain('<label for="username">');
    expect(page).toMatch(/id="username"[^>]*autocomplete="username"/);
    expect(page).toMatch(/id="password"[^>]*autocomplete="current-password"/);
    expect(page).toContain('Test &amp; &lt;Cluster&gt;');
    expect(page).not.toContain('<script');
    expect(page).not.toContain(' style=');
  });

  it('sets a cookie that only the domain sees, and only over TLS', async () => {
    const response = await createTestBrowser(createTestGate()).submit('/login', right);
    const line = response.headers.getSetCookie().find((each) => each.startsWith('authelia_session='));
    expect(line).toMatch(/^authelia_session=[A-Za-z0-9_-]{43}; Domain=example\.org; Path=\/; HttpOnly; Secure; SameSite=Lax$/);
    expect(response.headers.get('location')).toBe('/');
  });

  it('keeps the cookie when asked to', async () => {
    const response = await createTestBrowser(createTestGate()).submit('/login', { ...right, remember: 'yes' });
    expect(response.headers.getSetCookie().join()).toContain('Max-Age=86400;');
  });

  it('does not remember where the configuration forbids it', async () => {
    const response = await createTestBrowser(createTestGate({ cookie: { rememberMs: 0 } })).submit('/login', { ...right, remember: 'yes' });
    const line = response.headers.getSetCookie().find((each) => each.startsWith('authelia_session='));
    expect(line).toBeDefined();
    expect(line).not.toContain('Max-Age');
  });

  it.each([
    ['https://wiki.example.org/x', 'https://wiki.example.org/x'],
    ['https://evil.test/', '/'],
    ['//evil.test', '/'],
  ])('leads on from %s to %s', async (rd, expected) => {
    const response = await createTestBrowser(createTestGate()).submit('/login', { ...right, rd });
    expect(response.headers.get('location')).toBe(expected);
  });

  it('starts a new session, so that a planted cookie is worth nothing', async () => {
    const gate = createTestGate();
    const attacker = createTestBrowser(gate);
    await attacker.submit('/login', { username: 'alice', password: alice.password });
    const planted = attacker.cookies.get('authelia_session') ?? '';
    const victim = createTestBrowser(gate);
    victim.cookies.set('authelia_session', planted);
    await victim.submit('/login', right);
    expect(victim.cookies.get('authelia_session')).not.toBe(planted);
    expect((await attacker.authorize('wiki.example.org')).status).toBe(302);
    expect((await victim.authorize('wiki.example.org')).headers.get('remote-user')).toBe('bob');
  });

  it.each([
    ['an unknown name', { username: 'nobody', password: 'x' }],
    ['a wrong password', { username: 'bob', password: 'x' }],
    ['an empty password', { username: 'bob', password: '' }],
    ['a filter in the name', { username: '*)(uid=*', password: bob.password }],
  ])('gives the same answer to %s', async (_, fields) => {
    const response = await createTestBrowser(createTestGate()).submit('/login', fields);
    const page = await response.text();
    expect(response.status).toBe(401);
    expect(page).toContain('role="alert" id="problem">The user name or the password is not right.');
    expect(page).toContain('aria-invalid="true" aria-describedby="problem"');
    expect(page.replace(/value="[^"]*"/g, '')).not.toContain(fields.username);
    expect(response.headers.getSetCookie().join()).not.toContain('authelia_session');
  });

  it('shows a hostile name as text', async () => {
    const response = await createTestBrowser(createTestGate()).submit('/login', { username: '"><script>alert(1)</script>', password: 'x' });
    const page = await response.text();
    expect(page).not.toContain('<script');
    expect(page).toContain('&lt;script&gt;');
  });

  it('stops guesses at one name, known or not, and then even the right password waits', async () => {
    for (const username of ['bob', 'nobody']) {
      const browser = createTestBrowser(createTestGate());
      for (let guess = 0; guess < 3; guess++) expect((await browser.submit('/login', { username, password: 'x' })).status).toBe(401);
      const response = await browser.submit('/login', { username, password: bob.password });
      expect(response.status).toBe(429);
      expect(response.headers.get('retry-after')).toBe('300');
      expect((await browser.submit('/login', { username: ` ${username.toUpperCase()} `, password: 'x' })).status).toBe(429);
    }
  });

  it('stops one address that tries many names, and no other address', async () => {
    const browser = createTestBrowser(createTestGate());
    const statuses = [];
    for (let guess = 0; guess < 32; guess++) {
      statuses.push(
        (await browser.submit('/login', { username: `name${guess}`, password: 'x' }, { 'x-forwarded-for': `1.2.3.${guess}, 203.0.113.9` }))
          .status,
      );
    }
    expect(statuses.filter((status) => status === 401)).toHaveLength(30);
    expect((await browser.submit('/login', right, { 'x-forwarded-for': '203.0.113.10' })).status).toBe(303);
  });

  it('forgets earlier mistakes after the right password', async () => {
    const browser = createTestBrowser(createTestGate());
    for (let round = 0; round < 3; round++) {
      for (let guess = 0; guess < 2; guess++) await browser.submit('/login', { ...right, password: 'x' });
      expect((await browser.submit('/login', right)).status).toBe(303);
    }
  });

  it('says so when the directory is away, counts nothing against anybody, and recovers alone', async () => {
    const gate = createTestGate();
    const browser = createTestBrowser(gate);
    gate.directory.isAway = true;
    for (let round = 0; round < 5; round++) expect((await browser.submit('/login', right)).status).toBe(503);
    gate.directory.isAway = false;
    expect((await browser.submit('/login', right)).status).toBe(303);
  });

  it('says so when the store is away, and recovers alone', async () => {
    const gate = createTestGate();
    const browser = createTestBrowser(gate);
    gate.setStoreAway(true);
    const response = await browser.submit('/login', right);
    expect(response.status).toBe(503);
    expect(await response.text()).toContain('Sign-in is away for a moment');
    gate.setStoreAway(false);
    expect((await browser.submit('/login', right)).status).toBe(303);
  });

  it.each([
    ['a body that is too large', 'x'.repeat(40_000), 413],
    ['a password that is too long', 'x'.repeat(2000), 400],
  ])('refuses %s', async (_, password, status) => {
    expect((await createTestBrowser(createTestGate()).submit('/login', { username: 'bob', password })).status).toBe(status);
  });
});

describe('forged posts', () => {
  it.each([
    ['without a token', { csrf: '' }, {}],
    ['with a made-up token', { csrf: 'a'.repeat(43) }, {}],
    ['from another site', {}, { 'sec-fetch-site': 'cross-site' }],
    ['from another host of the domain', {}, { 'sec-fetch-site': 'same-site' }],
    ['with another origin', {}, { origin: 'https://wiki.example.org' }],
    ['with an origin that only begins like ours', {}, { origin: 'https://auth.example.org.evil.test' }],
  ])('are refused %s', async (_, fields, headers) => {
    const browser = createTestBrowser(createTestGate());
    const response = await browser.submit('/login', { ...right, ...fields }, headers);
    expect(response.status).toBe(403);
    expect(response.headers.getSetCookie().join()).not.toContain('authelia_session');
  });

  it('are refused with the token of another browser', async () => {
    const gate = createTestGate();
    const page = await (await createTestBrowser(gate).get('/')).text();
    const csrf = /name="csrf" value="([^"]+)"/.exec(page)?.[1] ?? '';
    expect((await createTestBrowser(gate).submit('/login', { ...right, csrf })).status).toBe(403);
  });

  it('do not sign anybody out, and neither does a link', async () => {
    const browser = createTestBrowser(createTestGate());
    await browser.submit('/login', right);
    expect((await browser.submit('/logout', { csrf: '' })).status).toBe(403);
    expect(await (await browser.get('/logout')).text()).toContain('Sign out?');
    expect((await browser.authorize('wiki.example.org')).status).toBe(200);
  });

  it('are told from the posts of a browser that sends no referrer', async () => {
    expect((await createTestBrowser(createTestGate()).submit('/login', right, { origin: 'null' })).status).toBe(303);
  });
});

describe('the portal', () => {
  it('lists the apps that a person may open', async () => {
    const browser = createTestBrowser(createTestGate());
    await browser.submit('/login', right);
    const page = await (await browser.get('/')).text();
    expect(page).toContain('Welcome, Bob');
    expect(page).toContain('https://wiki.example.org');
    expect(page).not.toContain('https://admin.example.org');
  });

  it('sends a signed-in person on only where he may enter', async () => {
    const browser = createTestBrowser(createTestGate());
    await browser.submit('/login', right);
    expect((await browser.get('/?rd=https://wiki.example.org/')).status).toBe(303);
    expect((await browser.get('/?rd=https://admin.example.org/')).status).toBe(200);
    expect((await browser.get('/?rd=https://evil.test/')).status).toBe(200);
  });

  it.each(['evil.test', 'wiki.example.org', 'auth.example.org.evil.test', 'auth.example.org@evil.test', ''])(
    'does not answer under the host name %j',
    async (host) => {
      const gate = createTestGate();
      const response = await gate.request('/', { headers: { 'x-forwarded-host': host } });
      expect(response.status).toBe(421);
      expect(await response.text()).not.toContain('evil');
    },
  );

  it.each(['/', '/logout', '/nothing'])('sends secure headers with %s', async (path) => {
    const { headers } = await createTestBrowser(createTestGate()).get(path);
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain('unsafe');
    expect(policy).not.toContain('script-src');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('cache-control')).toBe('no-store');
  });

  it('answers HEAD like GET, and no other method', async () => {
    const gate = createTestGate();
    expect((await gate.request('/', { method: 'HEAD' })).status).toBe(200);
    for (const method of ['OPTIONS', 'PUT', 'DELETE']) expect((await gate.request('/', { method })).status).toBe(404);
  });

  it('is healthy under any name', async () => {
    const response = await createTestGate().request('/api/health', { headers: { host: '127.0.0.1:9091' } });
    expect(await response.json()).toEqual({ status: 'OK' });
  });
});

describe('what is written down', () => {
  it('holds no password, cookie, token or session id, and no line that a name made up', async () => {
    const gate = createTestGate();
    const browser = createTestBrowser(gate);
    await browser.submit('/login', { username: 'bob\r\n{"forged":true}\u202e', password: 'a wrong password' });
    await browser.submit('/login', right);
    const session = browser.cookies.get('authelia_session') ?? 'none';
    const seed = browser.cookies.get('__Host-gate_csrf') ?? 'none';
    await browser.authorize('wiki.example.org');
    await browser.submit('/logout', {});
    const everything = [...gate.logged, ...gate.stored].join('\n');
    expect(gate.logged.length).toBeGreaterThanOrEqual(3);
    for (const secret of ['a wrong password', bob.password, session, seed, 'a secret only tests know'])
      expect(everything).not.toContain(secret);
    for (const line of gate.logged) expect(line.trim().split('\n')).toHaveLength(1);
    expect(gate.logged.join('')).not.toMatch(/\\r|\\n\{|\\u202e|\u202e/);
  });

  it('names a person who exists, and not what was typed where a name belongs', async () => {
    const gate = createTestGate();
    const browser = createTestBrowser(gate);
    await browser.submit('/login', { username: 'Bob', password: 'x' });
    for (let guess = 0; guess < 4; guess++) await browser.submit('/login', { username: bob.password, password: 'x' });
    await browser.fillIn('/reset-password', { username: bob.password });
    await expect.poll(() => gate.logged.join('')).toContain('"event":"reset"');
    expect(gate.logged.filter((line) => line.includes('"user":"Bob"'))).toHaveLength(1);
    expect(gate.logged.filter((line) => line.includes('"result":"banned"')).length).toBeGreaterThan(0);
    expect(gate.logged.join('')).not.toContain(bob.password);
  });
});
