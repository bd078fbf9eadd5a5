import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { SharedCluster } from '../cluster/support/global-setup.ts';
import type { TestPerson } from '../cluster/support/people.ts';
import { addPerson, removePerson } from '../cluster/support/people.ts';
import { authorityOf, startStarter } from '../cluster/support/starter.ts';
import { testClients } from '../cluster/support/test-clients.ts';
import { barriersOn } from './support/accessibility.ts';
import type { TestBrowser } from './support/chromium.ts';
import { openBrowser } from './support/chromium.ts';
import { setUpApp } from './support/person.ts';
import type { Visitor } from './support/visitor.ts';
import { newVisitor } from './support/visitor.ts';

const groups = ['viewer'];
let starter: SharedCluster;
let browser: TestBrowser;

beforeAll(async () => {
  starter = await startStarter();
  browser = await openBrowser(await authorityOf(starter), starter);
  return async () => browser.close();
});

/** A request of an application that asks people for their consent. */
function consentPath(): string {
  const [redirect = ''] = testClients(starter.relyingPartyPort)['test-asking']?.redirects ?? [];
  const asked = { client_id: 'test-asking', response_type: 'code', redirect_uri: redirect, scope: 'openid profile email' };
  const proof = {
    code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
    code_challenge_method: 'S256',
    state: 'a state of a test',
  };
  return `/api/oidc/authorization?${new URLSearchParams({ ...asked, ...proof }).toString()}`;
}

describe.each([
  { look: 'in the light of a desk', small: undefined, name: 'lea' },
  { look: 'on a telephone in the dark', small: true, name: 'dana' },
] as const)('$look nothing keeps anybody from using', ({ small, name }) => {
  let visitor: Visitor;
  let person: TestPerson;

  beforeAll(async () => {
    person = await addPerson(starter.name, name, groups);
    visitor = await newVisitor(browser, starter.https, { scripts: true, ...(small ? { small } : {}) });
    return async () => {
      await visitor.leave();
      await removePerson(starter.name, name, groups);
    };
  });

  async function open(path: string, words: string | RegExp, host = 'auth'): Promise<readonly string[]> {
    await visitor.visit(host, path);
    return barriers(words);
  }

  async function barriers(words: string | RegExp): Promise<readonly string[]> {
    await visitor.see(words);
    return (await barriersOn(visitor)).map((barrier) => `${visitor.page.url()}: ${barrier}`);
  }

  test('the pages that a stranger sees', async () => {
    const found = [
      ...(await open('/passkey/sign-in', 'passkey')),
      ...(await open('/reset-password', /password/i)),
      ...(await open('/reset-password/new?token=x', /link/i)),
      ...(await open('/nothing', 'Nothing here')),
      ...(await open('/logout', 'You are signed out')),
      ...(await open('/', 'One account for everything here.')),
    ];
    await visitor.fillIn({ name, password: 'not the password' });
    expect([...found, ...(await barriers('The user name or the password is not right.'))]).toEqual([]);
  });

  test('the pages of one’s own account, an app that is closed, and the questions of applications', async () => {
    await visitor.visit('auth');
    await visitor.fillIn(person);
    const found = [
      ...(await barriers('Your apps')),
      ...(await open('/settings', 'Where you are signed in')),
      ...(await open('/settings/password', 'New password')),
      ...(await open('/settings/sessions', 'this one')),
      ...(await open('/settings/applications', 'Your applications')),
      ...(await open('/settings/passkeys', 'passkey')),
      ...(await open('/prove', /password/i)),
      ...(await open('/logout', 'Sign out?')),
      ...(await open('/second-factor', 'A second factor is needed')),
      ...(await open('/', 'This app is not open to you', 'adminer')),
      ...(await open(consentPath(), 'Allow A curious application?')),
      ...(await open('/api/oidc/end-session', 'Sign out everywhere?')),
    ];
    expect(found).toEqual([]);
  });

  test('the pages of a second factor', async () => {
    const found = [...(await open('/settings/totp', 'Authenticator app'))];
    await setUpApp(visitor);
    found.push(...(await barriers('Your recovery codes')), ...(await open('/settings/recovery', /recovery codes/i)));
    found.push(...(await open('/settings', 'Is set up')));
    await visitor.page.context().clearCookies();
    await visitor.visit('auth', '/settings/totp');
    await visitor.fillIn(person);
    found.push(...(await barriers('Confirm that it is you')));
    await visitor.page.getByLabel('Code from your authenticator app').fill('000000');
    await visitor.follow(visitor.page.getByRole('button', { name: 'Confirm' }).first());
    expect([...found, ...(await barriers('That is not right'))]).toEqual([]);
    expect(visitor.complaints).toEqual([]);
  });
});

test('a page with a barrier would be noticed', async () => {
  const visitor = await newVisitor(browser, starter.https, { scripts: true });
  onTestFinished(visitor.leave);
  await visitor.visit('auth');
  await visitor.page.evaluate("document.querySelector('label[for=username]').remove()");
  expect(await barriersOn(visitor)).toEqual([expect.stringMatching(/^label at #username: /)]);
});

test('one signs in and out by the keyboard alone, from where the cursor stands', async () => {
  const { name, password } = await addPerson(starter.name, 'tasja', groups);
  onTestFinished(async () => removePerson(starter.name, name, groups));
  const visitor = await newVisitor(browser, starter.https, { scripts: false });
  onTestFinished(visitor.leave);
  const { keyboard } = visitor.page;
  const focused = visitor.page.locator(':focus');
  await visitor.visit('auth');
  await visitor.page.getByLabel('User name').and(focused).waitFor();
  await keyboard.type(name);
  await keyboard.press('Tab');
  await visitor.page.getByLabel('Password').and(focused).waitFor();
  await keyboard.type(password);
  await keyboard.press('Enter');
  await visitor.see(`Signed in as ${name}`);
  await visitor.visit('auth', '/logout');
  await keyboard.press('Tab');
  await visitor.page.getByRole('button', { name: 'Sign out' }).and(focused).waitFor();
  await keyboard.press('Enter');
  await visitor.see('You are signed out.');
  expect(visitor.complaints).toEqual([]);
});
