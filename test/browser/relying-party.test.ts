import { refreshTokenGrant, tokenIntrospection, tokenRevocation } from 'openid-client';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { succeed } from '../cluster/support/command.ts';
import type { SharedCluster } from '../cluster/support/global-setup.ts';
import type { TestPerson } from '../cluster/support/people.ts';
import { addPerson, removePerson } from '../cluster/support/people.ts';
import { authorityOf, startStarter } from '../cluster/support/starter.ts';
import { codeOf } from '../conformance/attacks/factors.ts';
import type { TestBrowser } from './support/chromium.ts';
import { openBrowser } from './support/chromium.ts';
import { addDevice, giveCode, setUpApp, signOut } from './support/person.ts';
import type { RelyingParty } from './support/relying-party.ts';
import { startRelyingParty } from './support/relying-party.ts';
import type { Visitor } from './support/visitor.ts';
import { expectSignIn, newVisitor } from './support/visitor.ts';

const groups = ['viewer'];
let starter: SharedCluster;
let browser: TestBrowser;
let authority: string;
const names: string[] = [];

beforeAll(async () => {
  starter = await startStarter();
  authority = await authorityOf(starter);
  browser = await openBrowser(authority, starter);
  return async () => {
    await browser.close();
    for (const name of names) await removePerson(starter.name, name, groups);
  };
});

async function newPerson(name: string): Promise<TestPerson> {
  names.push(name);
  return addPerson(starter.name, name, groups);
}

/** An application that nobody here wrote the protocol of. */
async function application(id: string, scope = 'openid profile email groups'): Promise<RelyingParty> {
  const isPublic = id === 'test-native';
  const secret = isPublic ? {} : { secret: (await succeed(starter.folder, ['secrets', 'show', `clients.${id}`])).trim() };
  const issuer = `https://auth.datamancy.localhost:${starter.https}`;
  return startRelyingParty({ issuer, reach: { port: starter.https, authority }, port: starter.relyingPartyPort, id, scope, ...secret });
}

describe('an application on openid-client signs people in', () => {
  let visitor: Visitor;
  let app: RelyingParty | undefined;

  beforeEach(async () => {
    visitor = await newVisitor(browser, starter.https, { scripts: true });
  });
  afterEach(async () => {
    await app?.close();
    await visitor.leave();
  });

  async function arrives(methods: readonly string[]): Promise<void> {
    await visitor.see('"claims"');
    expect(new URL(visitor.page.url()).port).toBe(String(starter.relyingPartyPort));
    expect(app?.told().claims['amr']).toEqual(expect.arrayContaining([...methods]));
  }

  test('with a password, once; refreshes, introspects and revokes what it got', async () => {
    const person = await newPerson('rosa');
    app = await application('test-usual', 'openid profile email groups offline_access');
    await visitor.page.goto(app.start);
    await visitor.see('Sign in');
    await visitor.picture('sign-in-for-a-client');
    await visitor.fillIn(person);
    await arrives(['pwd']);
    const { userinfo, claims, configuration, accessToken, refreshToken } = app.told();
    expect(userinfo).toMatchObject({
      sub: claims['sub'],
      preferred_username: 'rosa',
      name: 'rosa Tester',
      email: 'rosa@example.org',
      groups,
    });
    expect(claims['sub']).toMatch(/^[0-9a-f-]{36}$/);

    await visitor.page.goto(app.start);
    await arrives(['pwd']);
    expect(app.told().claims['sub']).toBe(claims['sub']);

    const renewed = await refreshTokenGrant(configuration, refreshToken ?? '');
    expect(await tokenIntrospection(configuration, renewed.access_token)).toMatchObject({ active: true, sub: claims['sub'] });
    await tokenRevocation(configuration, renewed.access_token);
    expect(await tokenIntrospection(configuration, renewed.access_token)).toEqual({ active: false });
    expect(accessToken).not.toBe(renewed.access_token);
  });

  test('and out of everything, if they say so, after which they are back at the application', async () => {
    app = await application('test-usual');
    await visitor.page.goto(app.start);
    await visitor.fillIn(await newPerson('ottilie'));
    await arrives(['pwd']);
    await visitor.page.goto(app.signOut('see-you'));
    await visitor.see('Sign out everywhere?');
    await visitor.picture('sign-out-for-a-client');
    await visitor.follow(visitor.page.getByRole('link', { name: 'Stay signed in' }));
    await visitor.see('Signed in as ottilie');
    await visitor.page.goto(app.signOut('see-you'));
    await visitor.follow(visitor.page.getByRole('button', { name: 'Sign out' }));
    await visitor.see('Goodbye, see-you');
    await visitor.visit('docs');
    await expectSignIn(visitor, visitor.addressOf('docs'));
    expect(visitor.complaints).toEqual([]);
  });

  test('that keeps no secret', async () => {
    app = await application('test-native');
    await visitor.page.goto(app.start);
    await visitor.fillIn(await newPerson('nadja'));
    await arrives(['pwd']);
    expect(app.told().userinfo).toMatchObject({ preferred_username: 'nadja' });
  });

  test('with a virtual passkey: enrolled, then alone, then after a password', async () => {
    const person = await newPerson('petra');
    app = await application('test-second-factor');
    await addDevice(visitor);
    await visitor.page.goto(app.start);
    await visitor.fillIn(person);
    await visitor.see('A second factor is needed');
    await visitor.follow(visitor.page.getByRole('link', { name: 'Add a passkey' }));
    await visitor.page.getByLabel('Name of the passkey').fill('The test’s device');
    await visitor.picture('add-a-passkey');
    await visitor.follow(visitor.page.getByRole('button', { name: 'Add a passkey' }));
    await visitor.see('Your recovery codes');
    await visitor.follow(visitor.page.getByRole('link', { name: 'I have kept them' }));
    await arrives(['pwd', 'hwk']);

    await signOut(visitor);
    await visitor.page.goto(app.start);
    await visitor.follow(visitor.page.getByRole('link', { name: 'Sign in with a passkey' }));
    await visitor.picture('sign-in-with-a-passkey');
    await visitor.follow(visitor.page.getByRole('button', { name: 'Use a passkey' }));
    await arrives(['hwk', 'user']);
    expect(app.told().userinfo).toMatchObject({ preferred_username: 'petra' });

    await signOut(visitor);
    await visitor.page.goto(app.start);
    await visitor.fillIn(person);
    await visitor.see('Confirm that it is you');
    await visitor.follow(visitor.page.getByRole('button', { name: 'Use a passkey' }));
    await arrives(['pwd', 'hwk']);
    expect(visitor.complaints).toEqual([]);
  });

  test('after asking them, and not when they do not allow it', async () => {
    app = await application('test-asking');
    await visitor.page.goto(app.start);
    await visitor.fillIn(await newPerson('carla'));
    await visitor.see('Allow A curious application?');
    await visitor.picture('consent');
    await visitor.follow(visitor.page.getByRole('button', { name: 'Do not allow' }));
    await visitor.see(/refused: .*access_denied|refused: .*authorization response from the server is an error/);
    await visitor.page.goto(app.start);
    await visitor.follow(visitor.page.getByRole('button', { name: 'Allow', exact: true }));
    await arrives(['pwd']);
    expect(app.told().userinfo).toMatchObject({ preferred_username: 'carla' });
  });
});

describe.each([
  { how: 'with scripts', scripts: true },
  { how: 'without scripts', scripts: false },
])('an authenticator app $how', ({ scripts }) => {
  let app: RelyingParty;
  let person: TestPerson;
  let recovery: readonly string[] = [];
  let key = '';

  beforeAll(async () => {
    person = await newPerson(scripts ? 'tilda' : 'thea');
    app = await application('test-second-factor');
    return async () => app.close();
  });

  async function within(work: (visitor: Visitor) => Promise<void>): Promise<void> {
    const visitor = await newVisitor(browser, starter.https, { scripts });
    try {
      await work(visitor);
      expect(visitor.complaints).toEqual([]);
    } finally {
      await visitor.leave();
    }
  }

  test('is set up on the way to an application that asks for a second factor', async () => {
    await within(async (visitor) => {
      await visitor.page.goto(app.start);
      await visitor.fillIn(person);
      await visitor.see('A second factor is needed');
      await visitor.picture(`second-factor-needed-${scripts ? 'scripts' : 'plain'}`);
      await visitor.follow(visitor.page.getByRole('link', { name: 'Set up an authenticator app' }));
      await visitor.see('Authenticator app');
      await visitor.picture(`set-up-an-app-${scripts ? 'scripts' : 'plain'}`);
      ({ key, recovery } = await setUpApp(visitor));
      await visitor.follow(visitor.page.getByRole('link', { name: 'I have kept them' }));
      await visitor.see('"claims"');
      expect(app.told().claims['amr']).toEqual(expect.arrayContaining(['pwd', 'otp']));
    });
  });

  test('gives the code that lets its owner in, once', async () => {
    // Later than the one that set up the app, whatever time it is, and good for a minute at least.
    const code = codeOf(key, 1);
    await within(async (visitor) => {
      await visitor.page.goto(app.start);
      await visitor.fillIn(person);
      await visitor.picture(`second-factor-${scripts ? 'scripts' : 'plain'}`);
      await giveCode(visitor, code);
      await visitor.see('"claims"');
      expect(app.told().userinfo).toMatchObject({ preferred_username: person.name });
    });
    await within(async (visitor) => {
      await visitor.page.goto(app.start);
      await visitor.fillIn(person);
      await giveCode(visitor, code);
      await visitor.see('That is not right, or was used before.');
      await visitor.picture(`wrong-code-${scripts ? 'scripts' : 'plain'}`);
    });
  });

  test('is made up for by a recovery code, once', async () => {
    for (const words of ['"claims"', 'That is not right, or was used before.']) {
      await within(async (visitor) => {
        await visitor.page.goto(app.start);
        await visitor.fillIn(person);
        await visitor.page.getByText('Use a recovery code').click();
        await visitor.page.getByLabel('One of the codes you wrote down').fill(recovery[0] ?? '');
        await visitor.follow(visitor.page.locator('form[action="/second-factor/recovery"]').getByRole('button', { name: 'Confirm' }));
        await visitor.see(words);
        expect(new URL(visitor.page.url()).protocol).toBe(words === '"claims"' ? 'http:' : 'https:');
      });
    }
  });
});
