import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SMTPServer } from 'smtp-server';
import { expect, onTestFinished, test } from 'vitest';
import { notifierSection } from './account-schema.ts';
import { answerPeople } from './people-command.ts';
import { createSqliteRecords } from './sqlite-records.ts';

const letter = {
  kind: 'mail-link',
  to: 'ben@example.org',
  fullName: 'Ben Böhme',
  username: 'ben',
  purpose: 'welcome',
  url: 'https://auth.example.org/welcome?token=abc',
  validUntil: '2026-01-08T12:00:00.000Z',
};

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
    smtp: { address, sender: 'gate@example.org', disable_require_tls: true, disable_starttls: true, timeout: '2s' },
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
