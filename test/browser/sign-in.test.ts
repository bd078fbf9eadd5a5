import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { succeed } from '../cluster/support/command.ts';
import type { SharedCluster } from '../cluster/support/global-setup.ts';
import type { TestPerson } from '../cluster/support/people.ts';
import { addPerson, removePerson } from '../cluster/support/people.ts';
import { authorityOf, startStarter } from '../cluster/support/starter.ts';
import type { TestBrowser } from './support/chromium.ts';
import { openBrowser } from './support/chromium.ts';
import type { Visitor } from './support/visitor.ts';
import { expectSignIn, newVisitor } from './support/visitor.ts';

const operatorGroups = ['viewer', 'operator'];
let starter: SharedCluster;
let browser: TestBrowser;
let operator: TestPerson;
let guest: TestPerson;
let admin: TestPerson;

beforeAll(async () => {
  starter = await startStarter();
  operator = await addPerson(starter.name, 'olga', operatorGroups);
  guest = await addPerson(starter.name, 'gustav', []);
  admin = { name: 'admin', password: (await succeed(starter.folder, ['secrets', 'show', 'admin.password'])).trim() };
  browser = await openBrowser(await authorityOf(starter), starter);
  return async () => {
    await browser.close();
    await removePerson(starter.name, operator.name, operatorGroups);
    await removePerson(starter.name, guest.name, []);
  };
});

test('a browser that was not told of the authority refuses the cluster', async () => {
  const stranger = await openBrowser(undefined, starter);
  const visitor = await newVisitor(stranger, starter.https, { scripts: true });
  try {
    await expect(visitor.visit('auth')).rejects.toThrow(/ERR_CERT_AUTHORITY_INVALID/);
  } finally {
    await stranger.close();
  }
});

describe.each([
  { how: 'with scripts', scripts: true },
  { how: 'without scripts', scripts: false },
])('in a real browser $how', ({ scripts }) => {
  let visitor: Visitor;

  beforeEach(async () => {
    visitor = await newVisitor(browser, starter.https, { scripts });
  });
  afterEach(async () => {
    await visitor.leave();
  });

  test('a member is asked to sign in, comes out at the very page he wanted, signs out, and is asked again', async () => {
    const wanted = '/classic/targets?search=node-exporter';
    await visitor.visit('prometheus', wanted);
    await expectSignIn(visitor, visitor.addressOf('prometheus', wanted));
    await visitor.picture(`sign-in-${scripts ? 'scripts' : 'plain'}`);
    await visitor.fillIn(operator);
    expect(new URL(visitor.page.url()).host).toBe(`prometheus.datamancy.localhost:${starter.https}`);
    expect(visitor.page.url()).toBe(visitor.addressOf('prometheus', wanted));
    expect(await visitor.page.title()).toMatch(/Prometheus/);
    await visitor.see('http://node-exporter:9100/metrics');

    await visitor.visit('auth');
    await visitor.see('Welcome, olga Tester');
    await visitor.picture(`home-of-an-operator-${scripts ? 'scripts' : 'plain'}`);
    await visitor.follow(visitor.page.getByRole('link', { name: 'Sign out' }));
    await visitor.see('Sign out?');
    await visitor.picture('sign-out');
    await visitor.follow(visitor.page.getByRole('button', { name: 'Sign out' }));
    await visitor.see('You are signed out.');
    await visitor.picture('signed-out');
    await visitor.visit('prometheus', wanted);
    await expectSignIn(visitor, visitor.addressOf('prometheus', wanted));
    expect(visitor.complaints).toEqual([]);
  });

  test('one sign-in opens every app of his groups, and a page of words is really there', async () => {
    await visitor.visit('docs');
    await expectSignIn(visitor, visitor.addressOf('docs'));
    await visitor.fillIn(operator);
    await visitor.see('These pages are rendered from');
    expect(visitor.page.url()).toBe(visitor.addressOf('docs'));
    expect((await visitor.visit('alertmanager', '/api/v2/status')).status()).toBe(200);
    expect((await visitor.visit('ntfy', '/v1/health')).status()).toBe(200);
  });

  test('his own page offers what he may open, and nothing else', async () => {
    await visitor.visit('auth');
    await visitor.fillIn(operator);
    const offered = await visitor.page
      .getByRole('list', { name: 'Your apps' })
      .getByRole('link')
      .evaluateAll((links) => links.map((link) => link.getAttribute('href')));
    const hosts = offered.map((link) => new URL(link ?? '').hostname.split('.')[0]);
    expect(new Set(hosts)).toEqual(new Set(['alertmanager', 'calendar', 'docs', 'feeds', 'ntfy', 'prometheus']));
    expect(visitor.complaints).toEqual([]);
  });

  test('somebody who is in no group is refused with a page that says why and how to go on', async () => {
    await visitor.visit('auth');
    await visitor.fillIn(guest);
    await visitor.see('Welcome, gustav Tester');
    for (const host of ['prometheus', 'docs', 'adminer', 'people', 'ntfy', 'alertmanager']) {
      const response = await visitor.visit(host);
      expect({ host, status: response.status(), at: visitor.page.url() }).toEqual({ host, status: 403, at: visitor.addressOf(host) });
      await visitor.see('This app is not open to you');
      await visitor.see('gustav Tester');
    }
    await visitor.picture(`refused-${scripts ? 'scripts' : 'plain'}`);
    await visitor.follow(visitor.page.getByRole('link', { name: 'Your apps' }));
    await visitor.see('Welcome, gustav Tester');
  });

  test('a member of one group is refused where another is asked for', async () => {
    await visitor.visit('adminer');
    await visitor.fillIn(operator);
    await visitor.see('This app is not open to you');
    expect(visitor.page.url()).toBe(visitor.addressOf('adminer'));
  });

  test('a false password is refused with words, and the way on is kept', async () => {
    await visitor.visit('docs');
    await visitor.fillIn({ ...operator, password: 'not the password' });
    expect(await visitor.page.getByRole('alert').isVisible()).toBe(true);
    await visitor.picture(`false-password-${scripts ? 'scripts' : 'plain'}`);
    await visitor.fillIn(operator);
    await visitor.see('These pages are rendered from');
  });
});

describe('each app shows itself to the administrator', () => {
  let visitor: Visitor;

  beforeAll(async () => {
    visitor = await newVisitor(browser, starter.https, { scripts: true });
    await visitor.visit('auth');
    await visitor.fillIn(admin);
    await visitor.see('Welcome, admin');
    await visitor.picture('home-of-the-administrator');
    return async () => visitor.leave();
  });

  test.each([
    ['prometheus', '/', 'Execute'],
    ['prometheus', '/classic/targets', 'http://postgres-exporter:9187/metrics'],
    ['prometheus', '/classic/alerts', 'DiskAlmostFull'],
    ['alertmanager', '/', 'Alertmanager'],
    ['adminer', '/', 'Permanent login'],
    ['people', '/', 'ldap://openldap:389'],
    ['docs', '/', 'These pages are rendered from'],
    ['ntfy', '/', 'ntfy'],
    ['calendar', '/', 'Collection management'],
  ])('%s%s', async (host, path, words) => {
    const response = await visitor.visit(host, path);
    await visitor.picture(`app-${host}${path === '/' ? '' : path.replaceAll('/', '-')}`);
    expect(response.status()).toBe(200);
    expect(new URL(visitor.page.url()).host).toBe(new URL(visitor.addressOf(host)).host);
    await visitor.see(words);
    await visitor.picture(`app-${host}${path === '/' ? '' : path.replaceAll('/', '-')}`);
  });
});
