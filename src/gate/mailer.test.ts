// oxlint-disable-next-line import/no-unassigned-import -- what @peculiar/x509 needs before it loads
import 'reflect-metadata';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { X509CertificateGenerator } from '@peculiar/x509';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { afterEach, describe, expect, it } from 'vitest';
import { notifierSection } from './account-schema.ts';
import { createLog } from '../kit/log.ts';
import { createMailer } from './mailer.ts';
import { createMetrics } from './metrics.ts';

const mail = { to: 'bob@example.org', title: 'Choose a new password', lines: ['Hello Bob Žižka,', 'https://auth.example.org/x?token=abc'] };
const closers: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

/** Nobody vouches for this certificate. */
const selfSigned = await createSelfSigned();

async function createSelfSigned(): Promise<{ readonly key: string; readonly cert: string }> {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const certificate = await X509CertificateGenerator.createSelfSigned({ name: 'CN=mail', keys, signingAlgorithm: algorithm });
  const key = Buffer.from(await crypto.subtle.exportKey('pkcs8', keys.privateKey)).toString('base64');
  return { key: `-----BEGIN PRIVATE KEY-----\n${key}\n-----END PRIVATE KEY-----`, cert: certificate.toString('pem') };
}

interface Received {
  readonly to: readonly string[];
  readonly text: string;
  readonly isSecure: boolean;
  readonly user: string | undefined;
}

async function receive(options: SMTPServerOptions): Promise<{ readonly port: number; readonly received: readonly Received[] }> {
  const received: Received[] = [];
  const server = new SMTPServer({
    disabledCommands: ['AUTH'],
    ...selfSigned,
    ...options,
    onAuth: ({ username, password }, _, done) => done(password === 'right' ? null : new Error('wrong'), { user: username }),
    onData(stream, { envelope, secure, user }, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const to = envelope.rcptTo.map(({ address }) => address);
        received.push({ to, text: Buffer.concat(chunks).toString('utf8'), isSecure: secure, user });
        done();
      });
    },
  });
  server.on('error', () => undefined);
  const listening = server.listen(0, '127.0.0.1');
  await new Promise<void>((resolve) => void listening.once('listening', resolve));
  closers.push(async () => await new Promise((resolve) => server.close(() => resolve())));
  // `listen` on a TCP port gives an AddressInfo.
  return { port: (listening.address() as AddressInfo).port, received };
}

function mailer(section: unknown) {
  const logged: string[] = [];
  const metrics = createMetrics();
  const log = createLog('gate', 'info', { write: (line) => void logged.push(line) });
  return { ...createMailer(notifierSection.parse(section), 'Test', log, metrics), logged, metrics };
}

function over(port: number, changes: object = {}) {
  const smtp = { address: `smtp://127.0.0.1:${port}`, sender: 'Gate <auth@example.org>', timeout: '15s', ...changes };
  return mailer({ smtp });
}

describe('mail over SMTP', () => {
  it('comes over TLS with the account of the configuration', async () => {
    const { port, received } = await receive({ disabledCommands: [] });
    const sender = over(port, { username: 'gate', password: 'right', tls: { skip_verify: true } });
    expect(await sender.send(mail)).toBe(true);
    expect(sender.reachesPeople).toBe(true);
    expect(received).toMatchObject([{ to: ['bob@example.org'], isSecure: true, user: 'gate' }]);
    expect(received[0]?.text).toContain('Subject: [Test] Choose a new password\r\n');
    expect(received[0]?.text).toContain('From: Gate <auth@example.org>\r\n');
    expect(await sender.metrics.registry.metrics()).toContain('gate_mails_total{result="sent"} 1');
  });

  it('does not go in clear unless the configuration says so', async () => {
    const { port, received } = await receive({ disabledCommands: ['AUTH', 'STARTTLS'] });
    const careful = over(port);
    expect(await careful.send(mail)).toBe(false);
    expect(received).toEqual([]);
    expect(careful.logged.join('')).toContain('a mail could not be sent');
    expect(await careful.metrics.registry.metrics()).toContain('gate_mails_total{result="failed"} 1');
    await over(port, { disable_require_tls: true }).send(mail);
    expect(received).toHaveLength(1);
  });

  it('does not trust a certificate that nobody vouches for', async () => {
    const { port, received } = await receive({});
    await over(port).send(mail);
    expect(received).toEqual([]);
  });

  it('logs no word of a mail that was not taken', async () => {
    const sender = over(1);
    await sender.send(mail);
    expect(sender.logged.join('')).toContain('ECONNREFUSED');
    expect(sender.logged.join('')).not.toMatch(/bob@|token|abc/);
  });

  it.each(['', 'bob', 'bob@example.org, eve@evil.test', 'bob@example.org\r\nBcc: eve@evil.test', '"x" <bob@example.org>'])(
    'goes to no address like %j',
    async (to) => {
      const { port, received } = await receive({});
      await over(port, { disable_require_tls: true, disable_starttls: true }).send({ ...mail, to });
      expect(received).toEqual([]);
    },
  );
});

describe('mail into a file', () => {
  it('can be read by its owner alone, and is nothing that people get', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'mailer-'));
    closers.push(async () => await rm(folder, { recursive: true }));
    const filename = join(folder, 'mail.txt');
    const sender = mailer({ filesystem: { filename } });
    await sender.send(mail);
    expect(sender.reachesPeople).toBe(false);
    expect(await readFile(filename, 'utf8')).toContain('Recipient: bob@example.org\nSubject: [Test] Choose a new password\n\nHello Bob');
    expect((await stat(filename)).mode & 0o777).toBe(0o600);
  });

  it('is not written where the configuration names none', async () => {
    const sender = mailer({});
    await sender.send(mail);
    expect(sender.reachesPeople).toBe(false);
    expect(sender.logged).toEqual([]);
  });
});
