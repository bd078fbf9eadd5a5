import { beforeAll, expect, onTestFinished, test } from 'vitest';
import * as z from 'zod';
import { succeed } from '../cluster/support/command.ts';
import type { SharedCluster } from '../cluster/support/global-setup.ts';
import type { TestPerson } from '../cluster/support/people.ts';
import { addPerson, removePerson } from '../cluster/support/people.ts';
import { authorityOf, startStarter } from '../cluster/support/starter.ts';
import type { TestBrowser } from './support/chromium.ts';
import { openBrowser } from './support/chromium.ts';
import { setUpApp } from './support/person.ts';
import type { Visitor } from './support/visitor.ts';
import { expectSignIn, newVisitor } from './support/visitor.ts';

const groups = ['viewer'];
const invitedSchema = z.object({ invitation: z.object({ url: z.url() }) });
let starter: SharedCluster;
let browser: TestBrowser;

beforeAll(async () => {
  starter = await startStarter();
  browser = await openBrowser(await authorityOf(starter), starter);
  return async () => browser.close();
});

/** Somebody who is gone after the test, however it ends. */
async function newPerson(name: string): Promise<TestPerson> {
  const person = await addPerson(starter.name, name, groups);
  onTestFinished(async () => removePerson(starter.name, name, groups));
  return person;
}

async function withVisitors(count: number, work: (...visitors: Visitor[]) => Promise<void>, small?: true): Promise<void> {
  const visitors: Visitor[] = [];
  for (let index = 0; index < count; index++) {
    visitors.push(await newVisitor(browser, starter.https, { scripts: true, ...(small ? { small } : {}) }));
  }
  try {
    await work(...visitors);
    expect(visitors.flatMap(({ complaints }) => complaints)).toEqual([]);
  } finally {
    for (const visitor of visitors) await visitor.leave();
  }
}

test('a person who is invited chooses a password by the link, is in, and the link is worth nothing from then on', async () => {
  const printed = await succeed(starter.folder, ['users', 'add', 'vera', '--email', 'vera@example.org', '--groups', 'viewer', '--json']);
  onTestFinished(async () => removePerson(starter.name, 'vera', groups));
  const { url } = invitedSchema.parse(JSON.parse(printed)).invitation;
  const password = 'a password that vera chose';
  await withVisitors(2, async (visitor, other) => {
    await visitor.page.goto(url);
    await visitor.see('Welcome, vera');
    await visitor.picture('invitation');
    await visitor.page.getByLabel('New password', { exact: true }).fill(password);
    await visitor.page.getByLabel('The new password once more').fill(password);
    await visitor.follow(visitor.page.locator('form button[type=submit]'));
    await visitor.see('Signed in as vera');
    expect((await visitor.visit('docs')).status()).toBe(200);
    await other.page.goto(url);
    expect(await other.page.getByLabel('New password').count()).toBe(0);
    await other.picture('invitation-used');
    await other.visit('auth');
    await other.fillIn({ name: 'vera', password });
    await other.see('Signed in as vera');
  });
});

test('who ends his other sessions is signed out there at the next click, and stays signed in here', async () => {
  const person = await newPerson('sonja');
  await withVisitors(2, async (here, there) => {
    await there.visit('docs');
    await there.fillIn(person);
    await there.see('These pages are rendered from');
    await here.visit('auth');
    await here.fillIn(person);
    await here.visit('auth', '/settings/sessions');
    await here.see('this one');
    await here.picture('sessions');
    await here.follow(here.page.getByRole('button', { name: 'End all others' }));
    await here.see('Ended. Nobody goes on');
    await there.visit('docs');
    await expectSignIn(there, there.addressOf('docs'));
    expect((await here.visit('docs')).status()).toBe(200);
  });
});

test('Miniflux signs a person in by its own client, and shows him what is unread', async () => {
  const person = await newPerson('minna');
  await withVisitors(1, async (visitor) => {
    await visitor.visit('feeds');
    await visitor.follow(visitor.page.getByRole('link', { name: /sign in|log in/i }).first());
    await expectSignIn(visitor, new URL(visitor.page.url()).searchParams.get('rd') ?? undefined);
    await visitor.fillIn(person);
    const { host } = new URL(visitor.addressOf('feeds'));
    await visitor.page.waitForURL((url) => url.host === host && !url.pathname.startsWith('/oauth2'));
    await visitor.visit('feeds', '/unread');
    await visitor.see(/Unread/);
    await visitor.picture('miniflux-unread');
    expect(new URL(visitor.page.url()).host).toBe(host);
    expect(await visitor.page.content()).toContain('minna');
  });
});

test('each page of the account fits a telephone in the dark', async () => {
  const person = await newPerson('klara');
  await withVisitors(
    1,
    async (visitor) => {
      const fits = async (name: string): Promise<void> => {
        await visitor.picture(`small-${name}`);
        expect({ name, width: await visitor.page.evaluate('document.documentElement.scrollWidth') }).toEqual({ name, width: 360 });
      };
      await visitor.visit('auth');
      await fits('sign-in');
      await visitor.visit('auth', '/passkey/sign-in');
      await fits('passkey');
      await visitor.visit('auth', '/reset-password');
      await fits('reset');
      await visitor.visit('auth');
      await visitor.fillIn(person);
      await fits('home');
      for (const page of ['settings', 'settings/password', 'settings/sessions', 'settings/passkeys', 'prove', 'logout', 'second-factor']) {
        await visitor.visit('auth', `/${page}`);
        await fits(page.replace('/', '-'));
      }
      await visitor.visit('auth', '/settings/totp');
      await fits('settings-totp');
      await setUpApp(visitor);
      await fits('recovery-codes');
      await visitor.visit('auth', '/settings/recovery');
      await fits('settings-recovery');
    },
    true,
  );
});
