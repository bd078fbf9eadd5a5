import { createLocalJWKSet, decodeProtectedHeader, type JSONWebKeySet, jwtVerify } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sleep } from '../../src/kit/clock.ts';
import { run } from '../../src/kit/process.ts';
import type { Target } from '../conformance/attacks/attack.ts';
import type { Careful } from '../conformance/attacks/factors.ts';
import { codeOf, giveCode, newCareful, withPassword } from '../conformance/attacks/factors.ts';
import { getCode, getTokens, redeem, userinfo } from '../conformance/attacks/relying-party.ts';
import type { Visitor } from '../conformance/attacks/visitor.ts';
import { newVisitor } from '../conformance/attacks/visitor.ts';
import { attackTarget } from './support/attack-target.ts';
import { docker, eventually, succeed } from './support/command.ts';
import { containerOf, containersOf, idByService, untilRunsAgain } from './support/containers.ts';
import type { SharedCluster } from './support/global-setup.ts';
import { findSecrets, formsOf } from './support/secret-forms.ts';
import { domain, startStarter } from './support/starter.ts';

/** How old the groups of a session may become before the directory is asked again, in the rendered configuration. */
const refreshMs = 60_000;

const away = 'Sign-in is away for a moment';

let starter: SharedCluster;
let target: Target;
let close: (() => Promise<void>) | undefined;
let owner: Careful;
let ids: Readonly<Record<string, string>>;

/** What nobody may find in a log, by what it is. */
const secrets = new Map<string, string>();

beforeAll(async () => {
  starter = await startStarter();
  ({ target, close } = await attackTarget(starter));
  owner = await newCareful(target);
  ids = await idByService(starter.name);
  note('password', owner.person.password);
  note('key of the app', owner.key);
  owner.recovery.forEach((code, index) => note(`recovery code ${index}`, code));
  noteCookies('owner', owner.visitor);
});

afterAll(async () => close?.());

function note(what: string, value: string | undefined): void {
  if (value !== undefined && value.length >= 8) secrets.set(what, value);
}

function noteCookies(who: string, { cookies }: Visitor): void {
  for (const [name, value] of cookies) note(`cookie ${name} of ${who} (${secrets.size})`, value);
}

async function opens(visitor: Visitor, host: string): Promise<number> {
  return (await visitor.opens(host)).status;
}

async function stop(service: string): Promise<() => Promise<void>> {
  const { Id } = await containerOf(starter.name, service);
  await docker('stop', '--time', '2', Id);
  return async () => void (await docker('start', Id));
}

/** Nobody repaired anything by making a unit anew. */
async function expectSameUnits(): Promise<void> {
  expect(await idByService(starter.name)).toEqual(ids);
}

describe('without valkey', () => {
  test('nobody passes the edge and everybody is told why, apps with a login of their own go on, and all recovers alone', async () => {
    const start = await stop('valkey');
    try {
      const answer = await owner.visitor.opens(target.apps.everybody);
      expect([answer.status, answer.body.includes(away)]).toEqual([503, true]);
      expect(answer.headers['cache-control']).toContain('no-store');
      expect(await opens(newVisitor(target), `feeds.${domain}`)).toBe(200);
      const tried = await newVisitor(target).signIn(owner.person);
      expect([tried.status, tried.body.includes(away)]).toEqual([503, true]);
      expect((await newVisitor(target).get('/api/health')).status).toBe(200);
    } finally {
      await start();
    }
    await eventually('the edge lets people pass again', async () => {
      const status = await opens(owner.visitor, target.apps.secondFactor);
      return status === 200 || `it answers ${status}`;
    });
    await expectSameUnits();
  });

  test('that lost all it kept, people sign in again, and their second factors are still there', async () => {
    const { Id } = await containerOf(starter.name, 'valkey');
    const empty =
      'REDISCLI_AUTH=$(cat "$VALKEY_PASSWORD_FILE") exec "$(command -v valkey-cli || echo redis-cli)" -e -p "$VALKEY_PORT" flushall';
    await docker('exec', Id, 'sh', '-c', empty);
    expect(await opens(owner.visitor, target.apps.everybody)).toBe(302);
    await owner.visitor.signIn(owner.person);
    expect(await opens(owner.visitor, target.apps.everybody)).toBe(200);
    expect(await opens(owner.visitor, target.apps.secondFactor)).toBe(302);
    expect((await giveCode(owner.visitor, codeOf(owner.key))).status).toBe(303);
    expect(await opens(owner.visitor, target.apps.secondFactor)).toBe(200);
    noteCookies('owner', owner.visitor);
  });
});

test('without openldap open sessions go on, who signs in is told why he cannot, and all recovers alone', async () => {
  const start = await stop('openldap');
  try {
    await sleep(refreshMs + 2000);
    expect(await opens(owner.visitor, target.apps.secondFactor)).toBe(200);
    const tried = await newVisitor(target).signIn(owner.person);
    expect([tried.status, tried.body.includes(away)]).toEqual([503, true]);
    expect(tried.headers['retry-after']).toBeDefined();
  } finally {
    await start();
  }
  await eventually('people can sign in again', async () => {
    const { status } = await newVisitor(target).signIn(owner.person);
    return status === 303 || `it answers ${status}`;
  });
  expect(await opens(owner.visitor, target.apps.secondFactor)).toBe(200);
  await expectSameUnits();
});

test.each([
  ['killed', async (pid: number) => void process.kill(pid, 'SIGKILL')],
  ['asked to stop', async (_: number, id: string) => void (await docker('restart', id))],
])('a gate that is %s comes back with every session and second factor', async (_, end) => {
  const before = await containerOf(starter.name, 'gate');
  await end(before.State.Pid, before.Id);
  await untilRunsAgain(starter.name, before);
  await eventually('sessions are still there', async () => {
    const status = await opens(owner.visitor, target.apps.secondFactor);
    return status === 200 || `it answers ${status}`;
  });
  const again = await withPassword(target, owner.person);
  expect((await again.get('/second-factor')).body).toContain('Code from your authenticator app');
  noteCookies('owner', again);
  await expectSameUnits();
});

describe('what an administrator does to an account', () => {
  const person = { username: 'nora', password: 'the first password of nora' };

  async function users(words: string, input?: string): Promise<unknown> {
    const argv = ['users', ...words.split(' '), '--json'];
    return JSON.parse(await succeed(starter.folder, argv, input === undefined ? {} : { input })) as unknown;
  }

  test('ends what was open with a former password, and of who is disabled, at once', async () => {
    await users('add nora --email nora@example.org --groups viewer --password-stdin', person.password);
    const thief = await withPassword(target, person);
    const password = 'the second password of nora';
    expect(await users('passwd nora --password-stdin', password)).toMatchObject({ changed: true, sessionsEnded: 1 });
    expect(await opens(thief, target.apps.everybody)).toBe(302);
    const nora = await withPassword(target, { ...person, password });
    expect(await opens(nora, target.apps.everybody)).toBe(200);
    expect(await users('disable nora')).toEqual({ name: 'nora', state: 'disabled', sessionsEnded: 1 });
    expect(await opens(nora, target.apps.everybody)).toBe(302);
    expect((await nora.signIn({ ...person, password })).status).toBe(401);
    expect(await users('disable nora')).toMatchObject({ sessionsEnded: 0 });
  });

  test('leaves nothing at the sign-on server of who is removed', async () => {
    expect(await users('remove nora --yes')).toMatchObject({ removed: true, signOnForgot: true });
  });
});

describe('after all of it', () => {
  beforeAll(async () => {
    await target.forgive();
    const visitor = await withPassword(target, owner.person);
    const { usual } = target.clients;
    const { code, verifier } = await getCode(target, visitor, usual);
    const { body } = await redeem(target, usual, code, verifier);
    note('code', code);
    note('verifier', verifier);
    note('secret of a client', usual.secret);
    for (const [name, value] of Object.entries(JSON.parse(body) as Record<string, unknown>)) {
      if (name.endsWith('_token')) note(name, String(value));
    }
    const link = await target.linkFor(owner.person, 'reset', 60_000);
    note('link', link);
    await visitor.get(`/reset-password/new?token=${link}`);
    await newVisitor(target).signIn({ ...owner.person, password: 'a password that was mistyped' });
    note('mistyped password', 'a password that was mistyped');
    await newVisitor(target).signIn({ username: 'a password in the wrong field', password: 'x' });
    note('password in the place of a name', 'a password in the wrong field');
    noteCookies('owner', visitor);
  });

  test('an app that takes a password with each request is not told it', async () => {
    const authorization = `Basic ${Buffer.from(`${owner.person.username}:${owner.person.password}`).toString('base64')}`;
    const { status, body } = await newVisitor(target).opens(target.apps.basic, { authorization, accept: '*/*' });
    expect({ status, isTold: body.toLowerCase().includes('authorization') }).toEqual({ status: 200, isTold: false });
    expect(body).toContain(`"remote-user":"${owner.person.username}"`);
  });

  test('no log of any unit holds a password, code, token, cookie or key that was used', async () => {
    const forms = formsOf(secrets, []);
    expect(secrets.size).toBeGreaterThan(20);
    expect(findSecrets(forms, `x${owner.person.password}y`)).toEqual(['password']);
    const logs = new Map<string, string>();
    for (const { service, Id } of await containersOf(starter.name)) {
      const { stdout, stderr } = await run(['docker', 'logs', Id]);
      logs.set(service, `${stdout}\n${stderr}`);
    }
    expect(logs.get('gate')).toContain('"event":"sign-in"');
    for (const [service, log] of logs) expect({ service, found: findSecrets(forms, log) }).toEqual({ service, found: [] });
  });

  test('no process of any unit has them in its environment or its arguments', async () => {
    const forms = formsOf(secrets, []);
    for (const { service, Id } of await containersOf(starter.name)) {
      const told = await docker('exec', Id, 'sh', '-c', 'cat /proc/[0-9]*/environ /proc/[0-9]*/cmdline 2>/dev/null; echo read');
      // The one who asks for the secret of a client is the app that it belongs to, and none of these is one.
      expect({ service, found: findSecrets(forms, told), read: told.includes('read') }).toEqual({ service, found: [], read: true });
    }
  });

  test('what valkey keeps on its disk is of no use to who reads it', async () => {
    const { Id } = await containerOf(starter.name, 'valkey');
    const kept = await docker('exec', Id, 'sh', '-c', 'cat "$VALKEY_DATA_DIR"/appendonlydir/*');
    expect(kept).toContain('session:');
    expect(findSecrets(formsOf(secrets, []), kept)).toEqual([]);
  });
});

describe('after the keys that sign tokens were rotated', () => {
  let before: Readonly<Record<string, string>>;
  let published: JSONWebKeySet;

  beforeAll(async () => {
    before = await getTokens(target, target.clients.usual);
    published = await publishedKeys();
    await succeed(starter.folder, ['secrets', 'rotate', 'gate.oidcKeys']);
    await succeed(starter.folder, ['up']);
  });

  async function publishedKeys(): Promise<JSONWebKeySet> {
    const { status, body } = await newVisitor(target).get('/jwks.json');
    expect(status).toBe(200);
    return JSON.parse(body) as JSONWebKeySet;
  }

  test('another key signs, which applications know already, and tokens of the former one are still good', async () => {
    const after = await getTokens(target, target.clients.usual);
    const [former = '', present = ''] = [before, after].map(({ id_token: token = '' }) => token);
    expect(decodeProtectedHeader(present).kid).not.toBe(decodeProtectedHeader(former).kid);
    expect((await jwtVerify(present, createLocalJWKSet(published))).payload.iss).toBe(target.portal);
    expect((await jwtVerify(former, createLocalJWKSet(await publishedKeys()))).payload.iss).toBe(target.portal);
    expect((await userinfo(target, before['access_token'] ?? '')).status).toBe(200);
  });

  test('nobody has to sign in anew, or to set up his second factor again', async () => {
    expect(await opens(owner.visitor, target.apps.secondFactor)).toBe(200);
  });
});
