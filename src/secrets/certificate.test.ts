import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { completeSecret } from './generate.ts';
import { openSecrets, type SecretStore } from './keep.ts';

const authority = { id: 'cluster.authority', spec: { kind: 'authority', name: 'home', domain: 'example.org' } } as const;
const server = { id: 'post.tls', spec: { kind: 'certificate', host: 'mail.example.org', authority: authority.id } } as const;

let folder: string;
let secrets: SecretStore;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'certificate-'));
  secrets = await openSecrets(folder, { ageKeyFile: join(folder, 'age.key') });
});

afterEach(async () => {
  vi.useRealTimers();
  await rm(folder, { recursive: true, force: true });
});

function certificateOf(id: string): X509Certificate {
  return new X509Certificate(secrets.reveal(id, 'certificate'));
}

async function inMonths(months: number): Promise<void> {
  vi.useFakeTimers({ toFake: ['Date'] });
  const then = new Date();
  then.setUTCMonth(then.getUTCMonth() + months);
  vi.setSystemTime(then);
  await secrets.ensure([server, authority]);
}

test('a certificate is made with the authority that signs it, for its host alone', async () => {
  expect(await secrets.ensure([server, authority])).toEqual({ created: [authority.id, server.id], problems: [] });
  const [root, made] = [certificateOf(authority.id), certificateOf(server.id)];
  expect([made.checkIssued(root), made.verify(root.publicKey), made.ca]).toEqual([true, true, false]);
  expect([made.checkHost('mail.example.org'), made.checkHost('example.org')]).toEqual(['mail.example.org', undefined]);
  expect(made.checkPrivateKey(createPrivateKey(secrets.reveal(server.id)))).toBe(true);
  expect(made.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1']);
});

test('it stays as it is while more than half a year is left, and is then signed anew for the same key', async () => {
  await secrets.ensure([server, authority]);
  const [key, first] = [secrets.reveal(server.id), certificateOf(server.id).raw];
  await inMonths(17);
  expect(certificateOf(server.id).raw).toEqual(first);
  await inMonths(2);
  expect(certificateOf(server.id).raw).not.toEqual(first);
  expect(new Date(certificateOf(server.id).validTo).getUTCFullYear()).toBe(new Date().getUTCFullYear() + 2);
  expect(secrets.reveal(server.id)).toBe(key);
});

test('another host or another root means another certificate', async () => {
  await secrets.ensure([server, authority]);
  await secrets.ensure([{ ...server, spec: { ...server.spec, host: 'post.example.org' } }, authority]);
  expect(certificateOf(server.id).checkHost('post.example.org')).toBe('post.example.org');
  const moved = { ...authority, spec: { ...authority.spec, domain: 'example.net' } };
  await secrets.ensure([{ ...server, spec: { ...server.spec, host: 'mail.example.net' } }, moved]);
  expect(certificateOf(server.id).checkIssued(certificateOf(authority.id))).toBe(true);
});

test('a rotation gives it another key, with a certificate that fits', async () => {
  await secrets.ensure([server, authority]);
  const before = secrets.reveal(server.id);
  await secrets.rotate(server);
  expect(secrets.reveal(server.id)).not.toBe(before);
  expect(certificateOf(server.id).checkPrivateKey(createPrivateKey(secrets.reveal(server.id)))).toBe(true);
  expect(certificateOf(server.id).verify(certificateOf(authority.id).publicKey)).toBe(true);
});

test('nothing is signed with an authority that is no good', async () => {
  await secrets.supply(authority.id, 'no key');
  const { problems } = await secrets.ensure([server, authority]);
  expect(problems.map(({ id }) => id)).toEqual([authority.id]);
  expect(await readFile(join(folder, 'secrets.yaml'), 'utf8')).not.toContain(server.id);
});

test('the record of a key for mail holds its public half', async () => {
  const made = await completeSecret({ kind: 'dkim' }, undefined);
  const { value = '', record = '' } = 'parts' in made ? made.parts : {};
  const der = createPublicKey(value).export({ type: 'spki', format: 'der' });
  expect(record).toBe(`v=DKIM1; k=rsa; p=${der.toString('base64')}`);
});
