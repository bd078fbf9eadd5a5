import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestBrowser } from '../testing/browser.ts';
import type { Account } from '../testing/memory-directory.ts';
import { type Outcome, type RunningOidc, startOidc, testClient } from '../testing/running-oidc.ts';

const place = '/settings/applications';
const remembering = { consent_mode: 'pre-configured', pre_configured_consent_duration: '30 days' };
let gate: RunningOidc;
let people = 0;

beforeAll(async () => {
  gate = await startOidc({
    clients: [
      testClient('asking', { ...remembering, client_name: 'A <curious> one' }),
      testClient('other', remembering),
      testClient('strict', { consent_mode: 'explicit' }),
      testClient('trusted'),
    ],
  });
});
afterAll(async () => await gate.close());

function newPerson(username = `person${++people}`): Account {
  const account = {
    id: `id-${++people}-of-${username}`,
    username,
    displayName: username,
    email: '',
    groups: ['viewer'],
    password: 'long enough',
  };
  gate.directory.accounts.set(username, account);
  return account;
}

const signedIn = async (person = newPerson()) => await gate.signedIn(person);
const pageOf = async (browser: TestBrowser) => await (await browser.get(place)).text();
const csrfOn = (page: string) => /name="csrf" value="([^"]+)"/.exec(page)?.[1] ?? '';
const withdraw = async (browser: TestBrowser, client: string) => await browser.fillIn(place, { withdraw: client });

/** Says yes to the question of a client for good, and gives where the browser goes on. */
async function consent(browser: TestBrowser, { page, path }: Outcome): Promise<string> {
  const decided = await browser.post(path, { csrf: csrfOn(page), decision: 'allow', remember: 'yes' });
  return decided.headers.get('location') ?? '';
}

/** Signs in at a client, with a consent where it asks for one. */
async function allow(
  browser: TestBrowser,
  client: string,
  { scope = 'openid email' }: { readonly scope?: string } = {},
): Promise<Readonly<Record<string, string>>> {
  const asked = await gate.authorize(browser, client, { scope });
  if ('code' in asked.answer) return await gate.redeem(client, asked);
  return await gate.redeem(client, await gate.follow(browser, await consent(browser, asked), asked.verifier));
}

async function isActive(token: string | undefined, client: string): Promise<unknown> {
  const answer = (await (await gate.post('introspection', client, { token: token ?? '' })).json()) as { readonly active?: unknown };
  return answer.active;
}

/** Titles that the page lists. */
function titlesOn(page: string): readonly (string | undefined)[] {
  return Array.from(page.matchAll(/<li class="application">.*?<strong>(.*?)<\/strong>/gs), ([, title]) => title);
}

describe('the list of applications', () => {
  it('is empty for who allowed none, and the settings lead to it', async () => {
    const browser = await signedIn();
    expect(await (await browser.get('/settings')).text()).toContain('href="/settings/applications"');
    const page = await pageOf(browser);
    expect(titlesOn(page)).toEqual([]);
    expect(page).toContain('None yet.');
  });

  it('names what was remembered, what it may read in the words of the question, and until when', async () => {
    const browser = await signedIn();
    await allow(browser, 'asking');
    const page = await pageOf(browser);
    expect(titlesOn(page)).toEqual(['A &lt;curious&gt; one']);
    expect(page).toMatch(/allowed <time [^>]+>just now<\/time> · asks again <time [^>]+>in 30 days<\/time>/);
    expect(page).toContain('<li>See your mail address</li>');
    expect(page).not.toContain('See which groups');
    expect(page).not.toContain('<script');
  });

  it('holds what was allowed once for as long as that session stands', async () => {
    const person = newPerson();
    const [browser, other] = [await signedIn(person), await signedIn(person)];
    await allow(browser, 'strict');
    expect(titlesOn(await pageOf(other))).toEqual(['App strict']);
    expect(await pageOf(other)).toContain('until you sign out');
    await browser.submit('/logout', {});
    expect(titlesOn(await pageOf(other))).toEqual([]);
  });

  it('holds apps of the cluster that ask nothing only where they work while their person is away', async () => {
    const browser = await signedIn();
    await allow(browser, 'trusted');
    expect(titlesOn(await pageOf(browser))).toEqual([]);
    await allow(browser, 'trusted', { scope: 'openid offline_access' });
    const page = await pageOf(browser);
    expect(titlesOn(page)).toEqual(['App trusted']);
    expect(page).toContain('Stay signed in for you while you are away');
    expect(page).toMatch(/ends <time [^>]+>in \d hours?<\/time> if it is not used/);
  });

  it('goes on naming a remembered consent of a client that is no longer registered, and takes it back', async () => {
    const person = newPerson();
    const browser = await signedIn(person);
    await gate.records.saveConsent(person.id, 'gone', ['openid'], Date.now() + 60_000);
    expect(titlesOn(await pageOf(browser))).toEqual(['gone']);
    expect((await withdraw(browser, 'gone')).status).toBe(303);
    expect(await gate.records.consentsOf(person.id)).toEqual([]);
  });
});

describe('who withdraws', () => {
  it('ends every token of the application at once, and is asked the next time', async () => {
    const browser = await signedIn();
    const tokens = await allow(browser, 'asking', { scope: 'openid email offline_access' });
    const more = await allow(browser, 'asking');
    const unused = await gate.authorize(browser, 'asking', { scope: 'openid email' });
    expect(unused.answer).toHaveProperty('code');
    expect(await isActive(tokens['access_token'], 'asking')).toBe(true);
    const done = await withdraw(browser, 'asking');
    expect([done.status, done.headers.get('location')]).toEqual([303, `${place}?withdrawn`]);
    expect((await gate.refresh(tokens['refresh_token'], 'asking')).body).toMatchObject({ error: 'invalid_grant' });
    for (const { access_token: token } of [tokens, more]) {
      expect(await isActive(token, 'asking')).toBe(false);
      expect((await gate.userinfo(token)).status).toBe(401);
    }
    expect(await isActive(tokens['refresh_token'], 'asking')).toBe(false);
    expect(await gate.redeem('asking', unused)).toMatchObject({ error: 'invalid_grant' });
    expect((await gate.authorize(browser, 'asking', { scope: 'openid email', prompt: 'none' })).answer['error']).toBe('consent_required');
    expect((await gate.authorize(browser, 'asking', { scope: 'openid email' })).page).toContain('Allow A &lt;curious&gt; one?');
    expect(titlesOn(await pageOf(browser))).toEqual([]);
    expect(await (await browser.get(`${place}?withdrawn`)).text()).toContain('Withdrawn.');
    expect(await allow(browser, 'asking')).toHaveProperty('access_token');
  });

  it('leaves other applications, and the tokens that others gave to the same one', async () => {
    const [browser, somebody] = [await signedIn(), await signedIn()];
    await allow(browser, 'asking');
    const kept = await allow(browser, 'other');
    const theirs = await allow(somebody, 'asking');
    await withdraw(browser, 'asking');
    expect((await gate.refresh(kept['refresh_token'], 'other')).status).toBe(200);
    expect((await gate.refresh(theirs['refresh_token'], 'asking')).status).toBe(200);
    expect(titlesOn(await pageOf(somebody))).toEqual(['A &lt;curious&gt; one']);
    expect(titlesOn(await pageOf(browser))).toEqual(['App other']);
  });

  it('ends what an app of the cluster holds on a lost device', async () => {
    const person = newPerson();
    const lost = await signedIn(person);
    const tokens = await allow(lost, 'trusted', { scope: 'openid offline_access' });
    const refreshed = await gate.refresh(tokens['refresh_token'], 'trusted');
    await gate.gate.sessions.revokeAll(person.id);
    const browser = await signedIn(person);
    expect(titlesOn(await pageOf(browser))).toEqual(['App trusted']);
    await withdraw(browser, 'trusted');
    expect((await gate.refresh(refreshed.body['refresh_token'], 'trusted')).body).toMatchObject({ error: 'invalid_grant' });
  });

  it('while an application signs him in is asked by it all the same', async () => {
    const person = newPerson();
    const browser = await signedIn(person);
    await allow(browser, 'asking');
    const findConsent = gate.records.findConsent.bind(gate.records);
    let withdrawn: Response | undefined;
    gate.records.findConsent = async (...of) => {
      gate.records.findConsent = findConsent;
      const scopes = await findConsent(...of);
      withdrawn = await withdraw(browser, 'asking');
      return scopes;
    };
    const asked = await gate.authorize(browser, 'asking', { scope: 'openid email' });
    expect(withdrawn?.status).toBe(303);
    expect(asked.page).toContain('Allow A &lt;curious&gt; one?');
    expect(titlesOn(await pageOf(browser))).toEqual([]);
  });

  it.each(['asking', 'strict'])('is asked again by %s, whose answer was still on its way', async (client) => {
    const browser = await signedIn();
    await allow(browser, client);
    const asked = await gate.authorize(browser, client, { prompt: 'consent' });
    const onItsWay = await consent(browser, asked);
    await withdraw(browser, client);
    const again = await gate.follow(browser, onItsWay);
    expect(again.page).toContain('name="decision"');
    expect((await gate.follow(browser, await consent(browser, again))).answer).toHaveProperty('code');
  });

  it('is told to wait while records are away, and nothing is half withdrawn afterwards', async () => {
    const browser = await signedIn();
    const tokens = await allow(browser, 'asking');
    const post = await browser.open(place);
    gate.records.isAway = true;
    const seen = await post({ withdraw: 'asking' });
    gate.records.isAway = false;
    expect([seen.status, seen.headers.get('retry-after')]).toEqual([503, '5']);
    expect((await gate.refresh(tokens['refresh_token'], 'asking')).status).toBe(200);
    expect(titlesOn(await pageOf(browser))).toEqual(['A &lt;curious&gt; one']);
  });

  it('is written down by his name, the address and the client, and no other words, once and only where something was there', async () => {
    const person = newPerson();
    const browser = await signedIn(person);
    await allow(browser, 'other');
    await allow(browser, 'strict');
    await gate.records.saveConsent(person.id, 'a word of mine', ['openid'], Date.now() + 60_000);
    for (const client of ['asking', 'a word of nobody', 'other', 'other', 'strict', 'a word of mine']) await withdraw(browser, client);
    const lines = gate.logged.filter((line) => line.includes('withdrawn') && line.includes(`"${person.username}"`));
    expect(lines.map((line) => (JSON.parse(line) as { readonly client: string }).client)).toEqual(['other', 'strict', 'unknown']);
    expect(gate.logged.join('')).not.toMatch(/a word of (mine|nobody)/);
  });
});

describe('nothing is withdrawn', () => {
  async function standing(): Promise<{ readonly browser: TestBrowser; readonly holds: () => Promise<boolean>; readonly person: Account }> {
    const person = newPerson();
    const browser = await signedIn(person);
    const tokens = await allow(browser, 'asking');
    const holds = async (): Promise<boolean> =>
      (await isActive(tokens['access_token'], 'asking')) === true && (await gate.records.findConsent(person.id, 'asking')) !== undefined;
    return { browser, holds, person };
  }

  it.each<readonly [string, Readonly<Record<string, string>>, Readonly<Record<string, string>>, number]>([
    ['without the form’s token', { csrf: '' }, {}, 403],
    ['with another token', { csrf: 'x'.repeat(43) }, {}, 403],
    ['from another site', {}, { origin: 'https://evil.test', 'sec-fetch-site': 'cross-site' }, 403],
    ['from another host of the domain', {}, { origin: 'https://wiki.example.org', 'sec-fetch-site': 'same-site' }, 403],
    ['with no name of a client', { withdraw: '' }, {}, 400],
    ['with a name that is too long', { withdraw: 'a'.repeat(101) }, {}, 400],
    ['with the name of no client', { withdraw: '../asking' }, {}, 303],
  ])('%s', async (_, fields, headers, status) => {
    const { browser, holds } = await standing();
    expect((await browser.fillIn(place, { withdraw: 'asking', ...fields }, headers)).status).toBe(status);
    expect(await holds()).toBe(true);
  });

  it('by a link', async () => {
    const { browser, holds } = await standing();
    const csrf = csrfOn(await pageOf(browser));
    for (const method of ['GET', 'HEAD', 'PUT', 'DELETE'])
      await gate.request(`${place}?${new URLSearchParams({ csrf, withdraw: 'asking' }).toString()}`, {
        method,
        headers: { cookie: Array.from(browser.cookies, ([name, value]) => `${name}=${value}`).join('; ') },
      });
    expect(await holds()).toBe(true);
  });

  it('by somebody else, whatever he names: the client, the person, the grant, or a token', async () => {
    const { holds, person } = await standing();
    const attacker = await signedIn();
    const grants = gate.stored.filter((text) => text.startsWith('oidc:Grant:')).map((key) => key.slice('oidc:Grant:'.length));
    await allow(attacker, 'other');
    const post = await attacker.open(place);
    for (const name of ['asking', person.id, grants.at(-1) ?? 'missing', '*'])
      expect((await post({ withdraw: name, person: person.id, personId: person.id, accountId: person.id })).status).toBe(303);
    expect(await holds()).toBe(true);
  });

  it('by who is not signed in, or whose last proof is old', async () => {
    const { browser, holds } = await standing();
    const csrf = csrfOn(await pageOf(browser));
    const session = browser.cookies.get('authelia_session') ?? '';
    browser.cookies.delete('authelia_session');
    expect((await browser.post(place, { csrf, withdraw: 'asking' })).headers.get('location')).toMatch(/^\/\?rd=/);
    browser.cookies.set('authelia_session', session);
    const found = await gate.gate.sessions.find(session, 'example.org');
    if (!found) throw new Error('there is no session');
    await gate.gate.sessions.refresh(session, { ...found, provedAt: Date.now() - 601_000 }, found.person);
    const prove = `/prove?rd=${encodeURIComponent(`https://auth.example.org${place}`)}`;
    expect((await browser.get(place)).headers.get('location')).toBe(prove);
    expect((await browser.post(place, { csrf, withdraw: 'asking' })).headers.get('location')).toBe(prove);
    expect(await holds()).toBe(true);
  });
});

describe('a next person of a name', () => {
  it('has none of the consents, tokens and applications of the one before', async () => {
    const former = newPerson('namesake');
    const browser = await signedIn(former);
    const tokens = await allow(browser, 'asking', { scope: 'openid email offline_access' });
    gate.directory.accounts.delete('namesake');
    expect(await isActive(tokens['access_token'], 'asking')).toBe(false);
    const next = newPerson('namesake');
    const theirs = await signedIn(next);
    expect(titlesOn(await pageOf(theirs))).toEqual([]);
    expect((await gate.authorize(theirs, 'asking', { scope: 'openid email', prompt: 'none' })).answer['error']).toBe('consent_required');
    expect(await isActive(tokens['access_token'], 'asking')).toBe(false);
    expect((await gate.userinfo(tokens['access_token'])).status).toBe(401);
    expect((await gate.refresh(tokens['refresh_token'], 'asking')).body).toMatchObject({ error: 'invalid_grant' });
    expect((await browser.get(place)).headers.get('location')).toMatch(/^\/\?rd=/);
  });
});
