import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ImapFlow } from 'imapflow';
import { createTransport } from 'nodemailer';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { freePort } from '../../src/kit/testing/free-port.ts';
import { datamancy, docker, eventually, succeed } from './support/command.ts';
import { clearCluster, containerOf, removeImagesOf } from './support/containers.ts';
import { isSigned } from './support/dkim.ts';
import type { Relay } from './support/relay.ts';
import { startRelay } from './support/relay.ts';

const name = `test-mail-${process.pid}`;
const domain = 'post.localhost';
/** Mail has fixed ports, so the cluster takes a loopback address of its own. */
const bind = `127.91.${(process.pid >> 8) & 255}.${(process.pid & 127) + 1}`;
const anna = { user: 'anna', pass: 'long enough for anna' };
const ben = { user: 'ben', pass: 'long enough for ben' };

let folder: string;
let ports: { readonly http: number; readonly https: number };
let tls: { readonly ca: string; readonly servername: string };
let relay: Relay | undefined;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'datamancy-mail-'));
  ports = { http: await freePort(), https: await freePort() };
  await declare({});
  await succeed(folder, ['up']);
  tls = { ca: await secret('cluster.authority:certificate'), servername: `mail.${domain}` };
  for (const { user, pass } of [anna, ben])
    await succeed(folder, ['users', 'add', user, '--email', `${user}@${domain}`, '--password-stdin'], { input: `${pass}\n` });
});

afterAll(async () => {
  await relay?.remove();
  await datamancy(folder, ['down', '--volumes']);
  await clearCluster(name);
  await removeImagesOf(name);
  await rm(folder, { recursive: true, force: true });
});

async function declare(mail: { readonly mail?: object }): Promise<void> {
  const admin = { name: 'owner', email: `owner@${domain}` };
  const choices = { images: 'debian', runtime: 'compose', bind, ports, ...mail };
  const services = { caddy: null, gate: null, mailserver: null, openldap: null, valkey: null };
  await writeFile(join(folder, 'cluster.yaml'), stringify({ name, domain, admin, ...choices, services }));
}

async function secret(id: string): Promise<string> {
  return (await succeed(folder, ['secrets', 'show', id])).trim();
}

interface Letter {
  readonly auth?: { readonly user: string; readonly pass: string };
  readonly from: string;
  readonly to: string;
  readonly subject: string;
  readonly port?: number;
}

/** What the server says to it, over TLS with a certificate that the cluster's authority signed. */
async function send({ auth, port = 587, ...letter }: Letter): Promise<string> {
  const server = { host: bind, port, secure: port === 465, requireTLS: true, tls, name: `test.${domain}` };
  try {
    const transport = createTransport({ ...server, ...(auth ? { auth } : {}) });
    return (await transport.sendMail({ ...letter, text: `this is ${letter.subject}.` })).response;
  } catch (cause) {
    return String(cause);
  }
}

/** The first mail in somebody's inbox with these words in its subject, as it lies there. */
async function received(auth: { readonly user: string; readonly pass: string }, words: string): Promise<string> {
  const client = new ImapFlow({ host: bind, port: 993, secure: true, servername: tls.servername, tls, auth, logger: false });
  await client.connect();
  await client.mailboxOpen('INBOX');
  let source = '';
  await eventually(`"${words}" reaches ${auth.user}`, async () => {
    await client.noop();
    const [first] = (await client.search({ subject: words })) || [];
    if (first === undefined) return 'not there yet';
    const mail = await client.fetchOne(first, { source: true });
    source = mail ? String(mail.source) : '';
    return true;
  });
  await client.logout();
  return source;
}

test.each([
  [587, 'anna'],
  [465, `anna@${domain}`],
])('mail that is given in at port %i by %s is in the inbox of another person', async (port, user) => {
  const letter = { from: `anna@${domain}`, to: `ben@${domain}`, subject: `letter ${port}`, port };
  expect(await send({ auth: { ...anna, user }, ...letter })).toMatch(/^250 /);
  expect(await received(ben, letter.subject)).toContain(`this is letter ${port}.`);
});

test('the signature of a mail fits the record that is to be published', async () => {
  await send({ auth: anna, from: `anna@${domain}`, to: `ben+lists@${domain}`, subject: 'signed' });
  const mail = await received(ben, 'signed');
  const published = { domain, selector: 'mail', record: await secret('mailserver.signing:record') };
  expect(isSigned(mail, published)).toBe(true);
  expect(isSigned(mail.replace('this is signed', 'this is forged'), published)).toBe(false);
  expect(isSigned(mail.replace('Subject: signed', 'Subject: forged'), published)).toBe(false);
});

test('nobody sends under the name of another, and a stranger sends to nobody outside', async () => {
  const letter = { to: `ben@${domain}`, subject: 'refused' };
  expect(await send({ ...letter, auth: anna, from: `ben@${domain}` })).toMatch(/ 553 .*not owned by user anna/);
  expect(await send({ ...letter, auth: anna, from: 'anna@example.com' })).toMatch(/ 553 /);
  expect(await send({ ...letter, auth: { ...anna, pass: 'a guess' }, from: `anna@${domain}` })).toMatch(/ 535 /);
  expect(await send({ ...letter, from: `anna@${domain}` })).toMatch(/ 554 .*Access denied/);
  expect(await send({ subject: 'relayed', from: `eve@${domain}`, to: 'carl@example.net', port: 25 })).toMatch(/ 554 .*Relay access denied/);
});

test('a service mails people by its own account, and as nobody else', async () => {
  const carla = { user: 'carla', pass: 'long enough for carla' };
  await succeed(folder, ['users', 'add', 'carla', '--email', `carla@${domain}`, '--invite', 'mail']);
  await succeed(folder, ['users', 'passwd', 'carla', '--password-stdin'], { input: `${carla.pass}\n` });
  expect(await received(carla, 'Welcome')).toContain(`From: gate@${domain}`);
  await succeed(folder, ['users', 'passwd', 'carla', '--invite', 'mail']);
  expect(await received(carla, 'Choose a new password')).toContain(`From: gate@${domain}`);
  const auth = { user: `gate@${domain}`, pass: await secret('gate.mail') };
  expect(await send({ auth, from: `anna@${domain}`, to: `ben@${domain}`, subject: 'as a person' })).toMatch(/ 553 /);
});

test('a second run changes nothing, and nobody has to sign in anew', async () => {
  const { Id } = await containerOf(name, 'mailserver');
  expect(await succeed(folder, ['up'])).toContain('nothing changed');
  expect((await containerOf(name, 'mailserver')).Id).toBe(Id);
  expect(await send({ auth: anna, from: `anna@${domain}`, to: `ben@${domain}`, subject: 'once more' })).toMatch(/^250 /);
});

/** Runs it in the mail server's unit. */
async function inside(...argv: readonly string[]): Promise<string> {
  return docker('exec', (await containerOf(name, 'mailserver')).Id, ...argv);
}

/** Waits until the one mail that is in the queue says why. */
async function keptBecause(words: RegExp): Promise<void> {
  await eventually(`the mail is kept because of ${String(words)}`, async () => {
    const queue = await inside('postqueue', '-j');
    return queue.trim().split('\n').length === 1 && words.test(queue) ? true : queue;
  });
}

async function relayed(count: number): Promise<readonly { readonly to: readonly string[] }[]> {
  await eventually(`${count} letters reach the relay`, async () => {
    const letters = (await relay?.letters()) ?? [];
    return letters.length >= count ? true : `${letters.length} letters`;
  });
  return (await relay?.letters()) ?? [];
}

test('what leaves the cluster goes through the relay, with its login and a certificate that was verified; all else stays inside', async () => {
  const [host, user, password] = ['relay.example.net', 'owner@example.net', 'right: $word #1'];
  const { Image } = await containerOf(name, 'gate');
  relay = await startRelay({ name: `${name}-relay`, host, network: `datamancy-${name}_apps`, image: Image, user, password });
  const { authority } = relay;
  const mail = { host, port: 587, user, from: user };
  const letter = { auth: anna, from: `anna@${domain}` };
  const log = async (): Promise<string> => docker('logs', (await containerOf(name, 'mailserver')).Id);

  await declare({ mail: { ...mail, authority } });
  await succeed(folder, ['secrets', 'set', 'mail.relayPassword'], { input: 'a wrong word' });
  await succeed(folder, ['up']);
  expect(await send({ ...letter, to: 'carl@example.com', subject: 'first' })).toMatch(/^250 /);
  await keptBecause(/SASL authentication failed; server relay\.example\.net\[.*\] said: 535 /);
  expect(await relay.letters()).toEqual([]);

  await succeed(folder, ['secrets', 'set', 'mail.relayPassword'], { input: password });
  await succeed(folder, ['up']);
  await inside('postqueue', '-f');
  const [first] = await relayed(1);
  expect(first).toMatchObject({ port: 587, user, isEncrypted: true, from: `anna@${domain}`, to: ['carl@example.com'] });
  expect(await inside('postqueue', '-j')).toBe('');

  expect(await send({ ...letter, to: `ben@${domain}`, subject: 'stays' })).toMatch(/^250 /);
  await received(ben, 'stays');
  await succeed(folder, ['users', 'add', 'dora', '--email', 'dora@example.com', '--invite', 'mail']);
  expect((await relayed(2))[1]).toMatchObject({ user, from: `gate@${domain}`, to: ['dora@example.com'] });
  const { Id, Config } = await containerOf(name, 'mailserver');
  for (const shown of [...(Config.Env ?? []), await log(), await docker('top', Id), await inside('postconf', '-n')])
    expect(shown).not.toContain(password);

  await declare({ mail: { ...mail, port: 465 } });
  await succeed(folder, ['up']);
  expect(await send({ ...letter, to: 'carl@example.com', subject: 'second' })).toMatch(/^250 /);
  await keptBecause(/Server certificate not (?:trusted|verified)/);
  await declare({ mail: { ...mail, port: 465, authority } });
  await succeed(folder, ['up']);
  await inside('postqueue', '-f');
  expect((await relayed(3))[2]).toMatchObject({ port: 465, user, isEncrypted: true, to: ['carl@example.com'] });
  expect((await relay.letters()).flatMap(({ to }) => to)).toEqual(['carl@example.com', 'dora@example.com', 'carl@example.com']);
});
