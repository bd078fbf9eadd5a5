import { describe, expect, it } from 'vitest';
import { browserWords } from '../pages/sessions.ts';
import { createTestBrowser, type TestBrowser } from '../testing/browser.ts';
import { createTestGate, type TestGate } from '../testing/gate-fixture.ts';
import { alice, bob } from '../testing/people.ts';

const right = { username: 'bob', password: bob.password };

async function signedIn(gate: TestGate, person = right): Promise<TestBrowser> {
  const browser = createTestBrowser(gate);
  expect((await browser.submit('/login', person)).status).toBe(303);
  return browser;
}

describe('sessions', () => {
  it('are listed for their owner alone, and end at once', async () => {
    const gate = createTestGate();
    const browser = createTestBrowser(gate);
    await browser.submit('/login', right, { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0' });
    const phone = createTestBrowser(gate);
    await phone.submit('/login', right, { 'user-agent': 'a sync client', 'x-forwarded-for': '198.51.100.7' });
    await signedIn(gate, { username: 'alice', password: alice.password });
    const page = await (await browser.get('/settings/sessions')).text();
    expect(page.match(/<time /g)).toHaveLength(4);
    expect(page).toMatch(/Firefox on Linux<\/strong> · this one/);
    expect(page).toContain('from 198.51.100.7');
    const handle = /name="end" value="([^"]{43})"/.exec(page)?.[1] ?? '';
    expect((await browser.fillIn('/settings/sessions', { end: handle })).headers.get('location')).toBe('/settings/sessions?ended');
    expect((await phone.authorize('wiki.example.org')).status).toBe(302);
    expect((await browser.authorize('wiki.example.org')).status).toBe(200);
  });

  it('end all together but the one that asks', async () => {
    const gate = createTestGate();
    const browser = await signedIn(gate);
    const others = [await signedIn(gate), await signedIn(gate)];
    await browser.fillIn('/settings/sessions', { end: 'others' });
    for (const other of others) expect((await other.authorize('wiki.example.org')).status).toBe(302);
    expect((await browser.authorize('wiki.example.org')).status).toBe(200);
  });

  it("of somebody else cannot be ended, and nothing can without the form's token", async () => {
    const gate = createTestGate();
    const owner = await signedIn(gate, { username: 'alice', password: alice.password });
    const browser = await signedIn(gate);
    const handle = gate.gate.sessions.handleOf(owner.cookies.get('authelia_session') ?? '');
    await browser.fillIn('/settings/sessions', { end: handle });
    expect((await owner.authorize('wiki.example.org')).status).toBe(200);
    expect((await browser.fillIn('/settings/sessions', { csrf: 'x', end: 'others' })).status).toBe(403);
  });

  it('are shown after a recent proof only', async () => {
    const gate = createTestGate();
    const browser = await signedIn(gate);
    const old = browser.cookies.get('authelia_session') ?? '';
    const session = await gate.gate.sessions.find(old, 'example.org');
    if (!session) throw new Error('there is no session');
    await gate.gate.sessions.refresh(old, { ...session, provedAt: Date.now() - 601_000 }, session.person);
    const answer = await browser.get('/settings/sessions');
    expect(answer.headers.get('location')).toBe('/prove?rd=https%3A%2F%2Fauth.example.org%2Fsettings%2Fsessions');
    expect((await browser.fillIn('/prove', { password: 'wrong' })).status).toBe(401);
    const proved = await browser.fillIn('/prove?rd=https://auth.example.org/settings/sessions', { password: bob.password });
    expect(proved.headers.get('location')).toBe('https://auth.example.org/settings/sessions');
    expect((await browser.get('/settings/sessions')).status).toBe(200);
    expect(await gate.gate.sessions.find(old, 'example.org')).toBeUndefined();
  });

  it.each(['https://evil.test/', '//evil.test', 'javascript:alert(1)'])('does not lead to %s after a proof', async (rd) => {
    const browser = await signedIn(createTestGate());
    const proved = await browser.fillIn(`/prove?${new URLSearchParams({ rd }).toString()}`, { password: bob.password, rd });
    expect(proved.headers.get('location')).toBe('/');
  });
});

describe('the words for a browser', () => {
  it.each([
    [
      'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0',
      'Edge on Windows',
    ],
    [
      'Mozilla/5.0 (Linux; Android 16; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36',
      'Chrome on Android',
    ],
    [
      'Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Mobile/15E148 Safari/604.1',
      'Safari on an iPhone',
    ],
    [
      'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Safari/605.1.15',
      'Safari on a Mac',
    ],
    ['DAVx5/4.5', 'DAVx5/4.5'],
    ['', 'A browser that does not say its name'],
  ])('for %j are %j', (agent, words) => {
    expect(browserWords(agent)).toBe(words);
  });
});
