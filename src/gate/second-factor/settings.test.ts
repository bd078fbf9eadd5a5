import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createTestBrowser, type TestBrowser } from '../testing/browser.ts';
import { createTestGate, type TestGate } from '../testing/gate-fixture.ts';
import { bob } from '../testing/people.ts';
import { csrfOf, enrolTotp } from '../testing/second-factor.ts';

let gate: TestGate;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: 1_763_720_000_000 });
  gate = createTestGate();
});

afterEach(() => void vi.useRealTimers());

async function signedIn(): Promise<TestBrowser> {
  const browser = createTestBrowser(gate);
  expect((await browser.submit('/login', { username: 'bob', password: bob.password })).status).toBe(303);
  return browser;
}

function later(seconds: number): void {
  vi.setSystemTime(Date.now() + seconds * 1000);
}

describe('changing what protects an account', () => {
  const pages = ['/settings/totp', '/settings/passkeys', '/settings/recovery'];

  it.each(pages)('at %s needs a session', async (path) => {
    const location = (await createTestBrowser(gate).get(path)).headers.get('location') ?? '';
    expect(new URL(location, 'https://auth.example.org').searchParams.get('rd')).toBe(`https://auth.example.org${path}`);
  });

  it.each(pages)('at %s needs the second factor of a person who has one, so a stolen password cannot replace it', async (path) => {
    await enrolTotp(await signedIn());
    const thief = await signedIn();
    const csrf = await csrfOf(thief, '/second-factor');
    const way = `/second-factor?rd=${encodeURIComponent(`https://auth.example.org${path}`)}`;
    for (const post of [path, ...(path === '/settings/recovery' ? [] : [`${path}/remove`])]) {
      expect((await thief.post(post, { csrf, id: 'x', code: '000000', sealed: 'x', answer: 'x', name: 'x' })).headers.get('location')).toBe(
        way,
      );
    }
    expect((await thief.get(path)).headers.get('location')).toBe(way);
    expect(await gate.records.secondFactorsOf(bob.id)).toMatchObject({ totp: true, recoveryCodesLeft: 10 });
  });

  it.each(pages)('at %s needs a proof of the last ten minutes', async (path) => {
    const browser = await signedIn();
    await enrolTotp(browser);
    later(4 * 60);
    expect((await browser.get(path)).status).toBe(200);
    await browser.get('/');
    later(4 * 60);
    await browser.get('/');
    later(3 * 60);
    const location = (await browser.get(path)).headers.get('location');
    expect(location).toBe(`/prove?rd=${encodeURIComponent(`https://auth.example.org${path}`)}`);
  });

  it.each(['/settings/totp/remove', '/settings/passkeys/remove', '/settings/recovery', '/second-factor/totp'])(
    'at %s is not done by a forged post',
    async (path) => {
      const browser = await signedIn();
      await enrolTotp(browser);
      const id = 'x';
      expect((await browser.post(path, { csrf: 'a'.repeat(43), id, code: '1' })).status).toBe(403);
      const csrf = await csrfOf(browser, '/settings/recovery');
      expect((await browser.post(path, { csrf, id, code: '1' }, { 'sec-fetch-site': 'cross-site' })).status).toBe(403);
      expect(await gate.records.secondFactorsOf(bob.id)).toMatchObject({ totp: true, recoveryCodesLeft: 10 });
    },
  );

  it('is told to the person by mail', async () => {
    await enrolTotp(await signedIn());
    expect(gate.mails.map(({ to, title }) => [to, title])).toContainEqual(['bob@example.org', 'Your sign-in was changed']);
  });
});
