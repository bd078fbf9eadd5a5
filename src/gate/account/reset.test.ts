import { describe, expect, it } from 'vitest';
import { signLink } from '../../kit/link-token.ts';
import { createTestBrowser } from '../testing/browser.ts';
import { createTestGate, requestTo, type TestGate } from '../testing/gate-fixture.ts';
import { bob } from '../testing/people.ts';

const right = { username: 'bob', password: bob.password };
const fresh = 'a fresh password';
const chosen = { password: fresh, again: fresh };

async function mailed(gate: TestGate): Promise<string> {
  await expect.poll(() => gate.mails.length).toBeGreaterThan(0);
  return /https:\/\/auth\.example\.org(\/reset-password\/new\?token=\S+)/.exec(gate.mails[0]?.lines.join('\n') ?? '')?.[1] ?? 'no link';
}

async function invitation(gate: TestGate, lifeMs = 60_000): Promise<string> {
  const { secret } = gate.gate.config.account.link;
  return `/welcome?token=${await signLink({ subject: 'bob', purpose: 'welcome', state: `${bob.id} ` }, secret, lifeMs, Date.now())}`;
}

describe('a forgotten password', () => {
  it('is replaced over a link that works once, and everything that was open ends', async () => {
    const gate = createTestGate();
    const former = createTestBrowser(gate);
    await former.submit('/login', right);
    const browser = createTestBrowser(gate);
    expect((await browser.fillIn('/reset-password', { username: 'bob@example.org' })).status).toBe(200);
    const place = await mailed(gate);
    expect((await browser.get(place)).headers.get('referrer-policy')).toBe('no-referrer');
    const response = await browser.fillIn(place, chosen);
    expect(response.status).toBe(200);
    expect(await response.text()).toContain('Sign in with the new password');
    expect(browser.cookies.has('authelia_session')).toBe(false);
    expect((await former.authorize('wiki.example.org')).status).toBe(302);
    expect((await browser.submit('/login', { username: 'bob', password: fresh })).status).toBe(303);
    expect(gate.mails.map(({ title }) => title)).toEqual(['Choose a new password', 'Your password was changed']);
    expect((await browser.get(place)).status).toBe(410);
  });

  it('works once however many post it at the same time, and again after a password that was refused', async () => {
    const gate = createTestGate();
    const browser = createTestBrowser(gate);
    await browser.fillIn('/reset-password', { username: 'bob' });
    const place = await mailed(gate);
    expect((await browser.fillIn(place, { password: 'short', again: 'short' })).status).toBe(422);
    const passwords = ['the first password', 'the second password', 'the third password'];
    const forms = await Promise.all(passwords.map(async () => await createTestBrowser(gate).open(place)));
    const statuses = await Promise.all(
      passwords.map(async (password, i) => (await forms[i]?.({ password, again: password }))?.status ?? 0),
    );
    expect(statuses.toSorted((a, b) => a - b)).toEqual([200, 410, 410]);
  });

  it('is answered in the same words and without waiting, whoever is asked for', async () => {
    const gate = createTestGate();
    const never = new Promise<never>(() => undefined);
    const slow = { ...gate.gate, directory: { ...gate.directory, passwordState: () => never } };
    const pages = [];
    for (const username of ['bob', 'nobody', 'bob@example.org', '*)(uid=*']) {
      pages.push(await (await createTestBrowser({ request: requestTo(slow) }).fillIn('/reset-password', { username })).text());
    }
    expect(new Set(pages).size).toBe(1);
    expect(pages[0]).toContain('If there is an account');
  });

  it('sends no mail to who is not there, or has no address', async () => {
    const gate = createTestGate();
    gate.directory.accounts.set('bob', { ...bob, email: '' });
    const browser = createTestBrowser(gate);
    for (const username of ['nobody', 'bob', 'alice']) await browser.fillIn('/reset-password', { username });
    await mailed(gate);
    expect(gate.mails.map(({ to }) => to).filter((to) => to !== '')).toEqual(['alice@example.org']);
  });

  it('does not fill a mailbox', async () => {
    const gate = createTestGate();
    const browser = createTestBrowser(gate);
    const statuses = [];
    for (let round = 0; round < 5; round++) statuses.push((await browser.fillIn('/reset-password', { username: 'bob' })).status);
    expect(statuses).toEqual([200, 200, 200, 429, 429]);
    expect((await browser.submit('/login', right)).status).toBe(303);
  });

  it('asks for an administrator where no mail can be sent or passwords are kept elsewhere', async () => {
    const gate = createTestGate();
    const mute = { ...gate.gate, mailer: { ...gate.gate.mailer, reachesPeople: false } };
    const elsewhere = createTestGate({ account: { canReset: false } });
    for (const browser of [createTestBrowser({ request: requestTo(mute) }), createTestBrowser(elsewhere)]) {
      const page = await (await browser.get('/reset-password')).text();
      expect(page).toContain('An administrator can give you a link');
      expect(page).not.toContain('<form');
      await browser.fillIn('/reset-password', { username: 'bob' });
    }
    expect([...gate.mails, ...elsewhere.mails]).toEqual([]);
  });

  it('takes no link that was made for a former person of the same name', async () => {
    const gate = createTestGate();
    const place = await invitation(gate);
    expect((await createTestBrowser(gate).get(place)).status).toBe(200);
    gate.directory.accounts.set('bob', { ...bob, id: 'another' });
    expect((await createTestBrowser(gate).get(place)).status).toBe(410);
  });

  it('takes no link that was made for somebody else, for something else, or under another key', async () => {
    const gate = createTestGate();
    const { secret } = gate.gate.config.account.link;
    const claims = { subject: 'bob', purpose: 'reset', state: `${bob.id} ` };
    const now = Date.now();
    const tokens = [
      '',
      'x',
      await signLink(claims, 'another key', 60_000, now),
      await signLink(claims, secret, 60_000, now - 120_000),
      await signLink({ ...claims, purpose: 'confirm' }, secret, 60_000, now),
      await signLink({ ...claims, subject: 'nobody' }, secret, 60_000, now),
      await signLink({ ...claims, state: 'another' }, secret, 60_000, now),
    ];
    const right = await signLink(claims, secret, 60_000, now);
    expect((await createTestBrowser(gate).get(`/reset-password/new?${new URLSearchParams({ token: right }).toString()}`)).status).toBe(200);
    for (const token of tokens) {
      const response = await createTestBrowser(gate).get(`/reset-password/new?${new URLSearchParams({ token }).toString()}`);
      expect(response.status).toBe(410);
    }
  });
});

describe('an invitation', () => {
  it('lets a person choose a first password and go on', async () => {
    const gate = createTestGate();
    const browser = createTestBrowser(gate);
    const place = await invitation(gate);
    expect(await (await browser.get(place)).text()).toContain('Welcome, Bob');
    expect((await browser.fillIn(place, chosen)).status).toBe(303);
    expect((await browser.authorize('wiki.example.org')).headers.get('remote-user')).toBe('bob');
    expect((await browser.get(place)).status).toBe(410);
    expect(gate.mails).toEqual([]);
  });

  it('is worth nothing once the person is gone', async () => {
    const gate = createTestGate();
    const place = await invitation(gate);
    gate.directory.accounts.delete('bob');
    expect((await createTestBrowser(gate).get(place)).status).toBe(410);
  });
});

describe('a password that has run out', () => {
  it('opens nothing but the way to a new one, which then leads on', async () => {
    const gate = createTestGate();
    gate.directory.accounts.set('bob', { ...bob, mustChange: true });
    const browser = createTestBrowser(gate);
    const response = await browser.submit('/login', { ...right, rd: 'https://wiki.example.org/x' });
    const page = await response.text();
    expect(page).toContain('Your password has to be replaced');
    expect(browser.cookies.has('authelia_session')).toBe(false);
    const fields = Object.fromEntries(
      Array.from(page.matchAll(/type="hidden" name="([^"]+)" value="([^"]*)"/g), ([, name, value]) => [name, value]),
    );
    const done = await browser.fillIn('/reset-password', {});
    expect(done.status).toBe(400);
    const place = `/reset-password/new?token=${fields['token']}`;
    const kept = await browser.fillIn(place, { ...chosen, rd: fields['rd'] ?? '' });
    expect(kept.headers.get('location')).toBe('https://wiki.example.org/x');
    expect((await browser.authorize('wiki.example.org')).status).toBe(200);
  });
});

describe('what is written down about accounts', () => {
  it('holds no password and no token', async () => {
    const gate = createTestGate();
    const browser = createTestBrowser(gate);
    await browser.fillIn('/reset-password', { username: 'bob' });
    const place = await mailed(gate);
    await browser.fillIn(place, chosen);
    await browser.submit('/login', { username: 'bob', password: fresh });
    await browser.fillIn('/settings/password', {
      former: 'a wrong one',
      password: 'another fresh password',
      again: 'another fresh password',
    });
    const everything = [...gate.logged, ...gate.stored].join('\n');
    expect(gate.logged.length).toBeGreaterThanOrEqual(4);
    for (const secret of [place.split('token=')[1] ?? 'none', fresh, 'a wrong one', 'another fresh password'])
      expect(everything).not.toContain(secret);
  });
});
