import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SMTPServer } from 'smtp-server';
import { expect, onTestFinished, test } from 'vitest';
import { notifierSection } from './account-schema.ts';
import { answerPeople as answer } from './people-command.ts';
import { createMemoryStore } from './memory-store.ts';
import { createSessions } from './sessions.ts';
import { createSqliteRecords } from './sqlite-records.ts';
import { StoreUnavailable } from './store.ts';
import { alice, bob } from './testing/people.ts';

const letter = {
  kind: 'mail-link',
  to: 'ben@example.org',
  fullName: 'Ben Böhme',
  username: 'ben',
  purpose: 'welcome',
  url: 'https://auth.example.org/welcome?token=abc',
  validUntil: '2026-01-08T12:00:00.000Z',
};

const sessionSecret = 'a secret that only tests know';

type Config = Omit<Parameters<typeof answer>[1], 'sessionSecret'>;

async function answerPeople(given: unknown, config: Config, title: string, openStore: Parameters<typeof answer>[3] = () => undefined) {
  return answer(given, { ...config, sessionSecret }, title, openStore);
}

async function storage(): Promise<{ readonly path: string; readonly encryptionKey: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'people-command-'));
  onTestFinished(async () => rm(folder, { recursive: true }));
  return { path: join(folder, 'db.sqlite3'), encryptionKey: 'a key that only tests know, long enough' };
}

/** A mail server, and what it was given. */
async function mailServer(): Promise<{ readonly port: number; readonly mails: readonly string[]; readonly close: () => Promise<void> }> {
  const mails: string[] = [];
  const server = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    onData(stream, { envelope }, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        mails.push(`${envelope.rcptTo.map(({ address }) => address).join()}\n${Buffer.concat(chunks).toString()}`);
        done();
      });
    },
  });
  const listening = server.listen(0, '127.0.0.1');
  await new Promise<void>((resolve) => void listening.once('listening', resolve));
  const close = async (): Promise<void> => await new Promise((resolve) => server.close(() => resolve()));
  onTestFinished(close);
  // `listen` on a TCP port gives an AddressInfo.
  return { port: (listening.address() as AddressInfo).port, mails, close };
}

function smtp(port: number): ReturnType<typeof notifierSection.parse> {
  const address = `smtp://127.0.0.1:${port}`;
  return notifierSection.parse({
    smtp: { address, sender: 'gate@example.org', disable_require_tls: true, disable_starttls: true, timeout: '15s' },
  });
}

test('an invitation goes to the person, with the link and how long it works', async () => {
  const { port, mails, close } = await mailServer();
  const config = { notifier: smtp(port), storage: await storage() };
  expect(await answerPeople(letter, config, 'home')).toEqual({ sent: true });
  expect(mails).toHaveLength(1);
  expect(mails[0]).toMatch(/^ben@example\.org\n/);
  expect(mails[0]).toContain('Subject: [home] Welcome to home');
  expect(mails[0]?.replaceAll('=\r\n', '').replaceAll('=3D', '=')).toContain('https://auth.example.org/welcome?token=abc');
  expect(mails[0]).toContain('2026-01-08 12:00 UTC');
  expect(await answerPeople({ ...letter, purpose: 'reset' }, config, 'home')).toEqual({ sent: true });
  expect(mails[1]).toContain('Subject: [home] Choose a new password');
  expect(mails[1]).not.toContain('is ready');
  await close();
  expect(await answerPeople(letter, config, 'home')).toEqual({ sent: false, why: 'the mail server did not take it' });
});

test('where mails go to a file, nothing is sent and no link is written there', async () => {
  const { path, encryptionKey } = await storage();
  const notifier = notifierSection.parse({ filesystem: { filename: join(path, '../mail.txt') } });
  expect(await answerPeople(letter, { notifier, storage: { path, encryptionKey } }, 'home')).toEqual({
    sent: false,
    why: 'no mail is configured',
  });
});

test('second factors are counted and forgotten, and nothing of them is told', async () => {
  const at = await storage();
  const records = createSqliteRecords({ ...at, onChange: () => undefined });
  await records.saveTotp('id-of-ben', { secret: 'JBSWY3DPEHPK3PXP', digits: 6, periodSeconds: 30, algorithm: 'SHA1', createdAt: 0 });
  const config = { notifier: smtp(25), storage: at };
  expect(await answerPeople({ kind: 'second-factors', id: 'id-of-ben' }, config, 'home')).toEqual({ totp: true, passkeys: 0 });
  expect(await answerPeople({ kind: 'forget-second-factors', id: 'other' }, config, 'home')).toEqual({ totp: false, passkeys: 0 });
  expect(await answerPeople({ kind: 'forget-second-factors', id: 'id-of-ben' }, config, 'home')).toEqual({ totp: true, passkeys: 0 });
  expect(await records.findTotp('id-of-ben')).toBeUndefined();
  expect(await answerPeople({ kind: 'second-factors', id: 'other' }, config, 'home')).toEqual({ totp: false, passkeys: 0 });
  records.close();
});

test('of somebody who is gone nothing is kept, consents neither', async () => {
  const at = await storage();
  const records = createSqliteRecords({ ...at, onChange: () => undefined });
  await records.saveTotp('id-of-ben', { secret: 'JBSWY3DPEHPK3PXP', digits: 6, periodSeconds: 30, algorithm: 'SHA1', createdAt: 0 });
  await records.saveConsent('id-of-ben', 'wiki', ['openid'], Date.now() + 60_000);
  const config = { notifier: smtp(25), storage: at };
  expect(await answerPeople({ kind: 'forget-person', id: 'id-of-ben' }, config, 'home')).toEqual({ totp: true, passkeys: 0 });
  expect(await records.findTotp('id-of-ben')).toBeUndefined();
  expect(await records.findConsent('id-of-ben', 'wiki')).toBeUndefined();
  records.close();
});

test('the sessions of one person are ended, once the store is connected', async () => {
  const config = { notifier: smtp(25), storage: await storage() };
  const store = createMemoryStore();
  const sessions = createSessions(store, sessionSecret);
  const start = { domain: 'example.org', methods: ['pwd'], address: '192.0.2.1', agent: 'test', lifeMs: 60_000, idleMs: 60_000 } as const;
  const own = [await sessions.start(bob, start), await sessions.start(bob, start)];
  const other = await sessions.start(alice, start);
  let refusals = 2;
  const late = {
    ...store,
    get: async (key: string) => {
      if (refusals-- > 0) throw new StoreUnavailable('not connected yet');
      return store.get(key);
    },
    close: () => undefined,
  };
  expect(await answerPeople({ kind: 'end-sessions', id: bob.id }, config, 'home', () => late)).toEqual({ sessions: 2 });
  for (const id of own) expect(await sessions.find(id, 'example.org')).toBeUndefined();
  expect(await sessions.find(other, 'example.org')).toBeDefined();
  expect(await answerPeople({ kind: 'end-sessions', id: bob.id }, config, 'home', () => late)).toEqual({ sessions: 0 });
});

test('where nobody else can reach the sessions, it says so', async () => {
  const config = { notifier: smtp(25), storage: await storage() };
  expect(await answerPeople({ kind: 'end-sessions', id: bob.id }, config, 'home')).toEqual({
    why: 'sessions are in the memory of the sign-on server alone; a restart of it ends them all',
  });
});

test.each([
  null,
  {},
  { kind: 'remove' },
  { ...letter, url: 'javascript:alert(1)' },
  { ...letter, purpose: 'renew' },
  { kind: 'second-factors', id: '' },
])('anything else is refused: %j', async (given) => {
  await expect(answerPeople(given, { notifier: smtp(25), storage: await storage() }, 'home')).rejects.toMatchObject({ code: 'E_USAGE' });
});
