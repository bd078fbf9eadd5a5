import { describe, expect, it } from 'vitest';
import { createBasicCheck } from './basic.ts';
import { createTestBrowser } from './testing/browser.ts';
import { createTestGate, type TestGate } from './testing/gate-fixture.ts';
import { alice, bob } from './testing/people.ts';

function basic(username: string, password: string): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}

const program = { accept: '*/*', 'x-forwarded-method': 'PROPFIND' };
const rightHeader = basic('bob', bob.password);

async function ask(gate: TestGate, authorization: string | undefined, host = 'wiki.example.org', headers: object = {}): Promise<Response> {
  const own = { ...program, ...(authorization === undefined ? {} : { authorization }), ...headers };
  return await createTestBrowser(gate).authorize(host, own, 'forward-auth-basic');
}

describe('a password with each request', () => {
  it('lets a program through where its endpoint takes it, and begins no session', async () => {
    const gate = createTestGate();
    const response = await ask(gate, rightHeader);
    expect(response.status).toBe(200);
    expect(response.headers.get('remote-user')).toBe('bob');
    expect(response.headers.getSetCookie()).toEqual([]);
    expect(await gate.gate.sessions.list(bob.id)).toEqual([]);
  });

  it('is worth nothing at the endpoint that takes none', async () => {
    const gate = createTestGate();
    const response = await createTestBrowser(gate).authorize('wiki.example.org', { accept: 'text/xml', authorization: rightHeader });
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBeNull();
  });

  it('is asked of a program, while a browser is led to sign in', async () => {
    const gate = createTestGate();
    const response = await ask(gate, undefined);
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe('Basic realm="example.org", charset="UTF-8"');
    const page = await ask(gate, undefined, 'wiki.example.org', { accept: 'text/html', 'x-forwarded-method': 'GET' });
    expect(page.status).toBe(302);
    expect(page.headers.get('www-authenticate')).toBeNull();
  });

  it('is one factor, whoever brings it', async () => {
    const gate = createTestGate();
    expect((await ask(gate, rightHeader, 'vault.example.org')).status).toBe(403);
    expect((await ask(gate, rightHeader, 'admin.example.org')).status).toBe(403);
    expect((await ask(gate, basic('alice', alice.password), 'admin.example.org')).status).toBe(200);
  });

  it('is left to the app where everybody may enter', async () => {
    const gate = createTestGate();
    expect((await ask(gate, basic('bob', 'wrong'), 'open.example.org')).status).toBe(200);
    for (let guess = 0; guess < 9; guess++) await ask(gate, basic('bob', `guess ${guess}`), 'open.example.org');
    expect((await ask(gate, rightHeader)).status).toBe(200);
  });

  it('does not stand in the way of a session', async () => {
    const gate = createTestGate();
    const browser = createTestBrowser(gate);
    await browser.submit('/login', { username: 'bob', password: bob.password });
    expect((await browser.authorize('wiki.example.org', {}, 'forward-auth-basic')).status).toBe(200);
    expect((await browser.authorize('wiki.example.org', { authorization: 'Bearer x' }, 'forward-auth-basic')).status).toBe(200);
  });

  it.each([
    'Basic',
    'Basic ',
    'Basic !!!',
    `Basic ${Buffer.from('no colon').toString('base64')}`,
    basic('', 'x'),
    basic('bob', ''),
    basic('bob', 'x\u0000'),
    basic('*)(uid=*', bob.password),
    basic('b'.repeat(300), 'x'),
    `Basic ${Buffer.from([0xff, 0xfe, 0x3a, 0x78]).toString('base64')}`,
    `${rightHeader}, ${rightHeader}`,
  ])('is refused as %j', async (header) => {
    expect((await ask(createTestGate(), header)).status).toBe(401);
  });

  it('is guessed at no more often than at the form, and both count together', async () => {
    const gate = createTestGate();
    for (let guess = 0; guess < 3; guess++) expect((await ask(gate, basic('bob', `guess ${guess}`))).status).toBe(401);
    const response = await ask(gate, rightHeader);
    expect(response.status).toBe(429);
    expect(response.headers.get('retry-after')).toBe('300');
    expect((await createTestBrowser(gate).submit('/login', { username: 'bob', password: bob.password })).status).toBe(429);
  });

  it('that has become wrong locks nobody out, however often a program repeats it', async () => {
    const gate = createTestGate();
    for (let round = 0; round < 50; round++) expect((await ask(gate, basic('bob', 'the old password'))).status).toBe(401);
    expect((await createTestBrowser(gate).submit('/login', { username: 'bob', password: bob.password })).status).toBe(303);
  });

  it('may come many times at once', async () => {
    const gate = createTestGate();
    const responses = await Promise.all(Array.from({ length: 30 }, () => ask(gate, rightHeader)));
    expect(responses.map(({ status }) => status)).toEqual(Array.from({ length: 30 }, () => 200));
  });

  it('answers 503 while the directory is away, unless it was right a moment ago', async () => {
    const gate = createTestGate();
    expect((await ask(gate, rightHeader)).status).toBe(200);
    gate.directory.isAway = true;
    expect((await ask(gate, rightHeader)).status).toBe(200);
    for (let round = 0; round < 5; round++) expect((await ask(gate, basic('alice', alice.password))).status).toBe(503);
    gate.directory.isAway = false;
    expect((await ask(gate, basic('alice', alice.password))).status).toBe(200);
  });

  it('ends at once when it is changed here', async () => {
    const gate = createTestGate();
    const browser = createTestBrowser(gate);
    await browser.submit('/login', { username: 'bob', password: bob.password });
    expect((await ask(gate, rightHeader)).status).toBe(200);
    await browser.fillIn('/settings/password', { former: bob.password, password: 'a fresh password', again: 'a fresh password' });
    expect((await ask(gate, rightHeader)).status).toBe(401);
    expect((await ask(gate, basic('bob', 'a fresh password'))).status).toBe(200);
  });

  it('that must be changed first opens nothing', async () => {
    const gate = createTestGate();
    gate.directory.accounts.set('bob', { ...bob, mustChange: true });
    expect((await ask(gate, rightHeader)).status).toBe(401);
  });

  it('is kept nowhere and logged nowhere', async () => {
    const gate = createTestGate();
    await ask(gate, rightHeader);
    await ask(gate, basic('bob', 'a wrong password'));
    const everything = [...gate.logged, ...gate.stored].join('\n');
    for (const secret of [bob.password, 'a wrong password', rightHeader.slice(6)]) expect(everything).not.toContain(secret);
  });
});

describe('the memory of passwords', () => {
  it('asks the directory again after its time, and then knows that a person is gone', async () => {
    const { gate, directory } = createTestGate();
    let now = 0;
    const check = createBasicCheck(directory, gate.regulation, () => now);
    const kinds: string[] = [];
    for (const [at, isThere] of [
      [0, true],
      [59_000, false],
      [61_000, false],
    ] as const) {
      now = at;
      if (!isThere) directory.accounts.delete('bob');
      kinds.push((await check.check(rightHeader, '192.0.2.1', 60_000)).kind);
    }
    expect(kinds).toEqual(['accepted', 'accepted', 'refused']);
  });

  it('keeps nothing where it is told to', async () => {
    const { gate, directory } = createTestGate();
    const check = createBasicCheck(directory, gate.regulation);
    expect((await check.check(rightHeader, '192.0.2.1', 0)).kind).toBe('accepted');
    directory.accounts.delete('bob');
    expect((await check.check(rightHeader, '192.0.2.1', 0)).kind).toBe('refused');
  });
});
