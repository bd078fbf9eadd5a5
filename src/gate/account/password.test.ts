import { describe, expect, it } from 'vitest';
import { createTestBrowser, type TestBrowser } from '../testing/browser.ts';
import { createTestGate, type TestGate } from '../testing/gate-fixture.ts';
import { bob } from '../testing/people.ts';

const right = { username: 'bob', password: bob.password };
const fresh = 'a fresh password';
const chosen = { password: fresh, again: fresh };

async function signedIn(gate: TestGate): Promise<TestBrowser> {
  const browser = createTestBrowser(gate);
  expect((await browser.submit('/login', right)).status).toBe(303);
  return browser;
}

describe('changing the password', () => {
  it('takes the old one and a new one, ends every other session, and tells the owner', async () => {
    const gate = createTestGate();
    const browser = await signedIn(gate);
    const elsewhere = await signedIn(gate);
    const before = browser.cookies.get('authelia_session');
    const response = await browser.fillIn('/settings/password', { former: bob.password, ...chosen });
    expect(response.headers.get('location')).toBe('/settings/password?changed');
    expect(await (await browser.get('/settings/password?changed')).text()).toContain('Your password is changed');
    expect(browser.cookies.get('authelia_session')).not.toBe(before);
    expect((await browser.authorize('wiki.example.org')).status).toBe(200);
    expect((await elsewhere.authorize('wiki.example.org')).status).toBe(302);
    expect(gate.directory.accounts.get('bob')?.password).toBe(fresh);
    expect(gate.mails).toMatchObject([{ to: 'bob@example.org', title: 'Your password was changed' }]);
  });

  it.each([
    ['a wrong old password', { former: 'wrong', ...chosen }, 401, 'Your password now is not right'],
    ['two different new ones', { former: bob.password, password: fresh, again: 'another password' }, 422, 'are not the same'],
    ['one that is too short', { former: bob.password, password: 'short', again: 'short' }, 422, 'at least 8 characters'],
    ['the old one again', { former: bob.password, password: bob.password, again: bob.password }, 422, 'is the old one'],
    ['a field that is missing', { former: bob.password, password: fresh }, 400, 'did not arrive whole'],
  ])('refuses %s', async (_, fields, status, words) => {
    const gate = createTestGate();
    const response = await (await signedIn(gate)).fillIn('/settings/password', fields);
    expect(response.status).toBe(status);
    expect(await response.text()).toContain(words);
    expect(gate.directory.accounts.get('bob')?.password).toBe(bob.password);
  });

  it("shows the directory's own words", async () => {
    const policy = { shortest: 1, longest: 0, needsUpper: false, needsLower: false, needsDigit: false, needsSpecial: false };
    const gate = createTestGate({ account: { policy } });
    const response = await (await signedIn(gate)).fillIn('/settings/password', { former: bob.password, password: 'abc', again: 'abc' });
    expect(response.status).toBe(422);
    expect(await response.text()).toContain('role="alert" id="problem">This password is too short. Choose a longer one.');
  });

  it('is refused from elsewhere, and for nobody', async () => {
    const gate = createTestGate();
    const browser = await signedIn(gate);
    const fields = { former: bob.password, ...chosen };
    expect((await browser.fillIn('/settings/password', { ...fields, csrf: 'x' })).status).toBe(403);
    expect((await browser.fillIn('/settings/password', fields, { origin: 'https://wiki.example.org' })).status).toBe(403);
    const anonymous = await createTestBrowser(gate).get('/settings/password');
    expect(anonymous.headers.get('location')).toBe('/?rd=https%3A%2F%2Fauth.example.org%2Fsettings%2Fpassword');
    expect(gate.directory.accounts.get('bob')?.password).toBe(bob.password);
  });

  it('gives a thief of the session few guesses, and leaves the owner his own', async () => {
    const gate = createTestGate();
    const browser = await signedIn(gate);
    for (let guess = 0; guess < 3; guess++) {
      expect((await browser.fillIn('/settings/password', { former: `guess ${guess}`, ...chosen })).status).toBe(401);
    }
    expect((await browser.fillIn('/settings/password', { former: bob.password, ...chosen })).status).toBe(429);
    expect((await createTestBrowser(gate).submit('/login', right)).status).toBe(303);
  });

  it('is not there where the configuration forbids it', async () => {
    const gate = createTestGate({ account: { canChange: false } });
    expect((await (await signedIn(gate)).get('/settings/password')).status).toBe(404);
  });

  it('says so while the directory is away, and counts nothing', async () => {
    const gate = createTestGate();
    const browser = await signedIn(gate);
    for (let round = 0; round < 4; round++) {
      gate.directory.isAway = true;
      const page = await browser.fillIn('/settings/password', { former: bob.password, ...chosen });
      expect(page.status).toBe(503);
    }
    gate.directory.isAway = false;
    expect((await browser.fillIn('/settings/password', { former: bob.password, ...chosen })).status).toBe(303);
  });

  it('needs the second factor of who has one', async () => {
    const gate = createTestGate();
    const browser = await signedIn(gate);
    await gate.records.saveTotp(bob.id, { secret: 'JBSWY3DPEHPK3PXP', digits: 6, periodSeconds: 30, algorithm: 'SHA1', createdAt: 0 });
    const place = '/second-factor?rd=https%3A%2F%2Fauth.example.org%2Fsettings%2Fpassword';
    expect((await browser.get('/settings/password')).headers.get('location')).toBe(place);
    expect((await browser.fillIn('/settings/password', { former: bob.password, ...chosen })).headers.get('location')).toBe(place);
    expect(gate.directory.accounts.get('bob')?.password).toBe(bob.password);
  });
});
