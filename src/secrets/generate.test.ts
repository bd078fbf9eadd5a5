import { createECDH, createHash, createPrivateKey, createPublicKey, pbkdf2Sync, sign, verify, X509Certificate } from 'node:crypto';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { argon2id } from '@noble/hashes/argon2.js';
import { keccak_256 } from '@noble/hashes/sha3.js';
import { compare } from 'bcryptjs';
import { expect, test } from 'vitest';
import { run } from '../kit/process.ts';
import type { SecretKind } from '../service/secret.ts';
import { completeSecret, rotateSecret } from './generate.ts';
import { openKeystore } from './kinds/ethereum.ts';
import type { Parts } from './kinds/maker.ts';

const kinds: readonly Exclude<SecretKind, { kind: 'supplied' }>[] = [
  { kind: 'password' },
  { kind: 'password', length: 8 },
  { kind: 'hex', bytes: 32 },
  { kind: 'base64url', bytes: 31 },
  { kind: 'uuid' },
  { kind: 'rsa', bits: 2048 },
  { kind: 'ed25519' },
  { kind: 'vapid' },
  { kind: 'rails-encryption' },
  { kind: 'jwks' },
  { kind: 'signing-keys' },
  { kind: 'authority', name: 'home', domain: 'example.org' },
  { kind: 'dkim' },
  { kind: 'oidc-client' },
  { kind: 'htpasswd', user: 'ada' },
  { kind: 'ldap-password' },
  { kind: 'age' },
  { kind: 'ssh' },
  { kind: 'ethereum' },
];

async function fresh(spec: SecretKind): Promise<Parts> {
  const result = await completeSecret(spec, undefined);
  if (result.kind !== 'created') throw new Error(`expected a new secret, got ${result.kind}`);
  return result.parts;
}

const shared = new Map<string, Promise<Parts>>();

/** One secret of each kind for all tests, because digests are slow on purpose. */
function made(spec: SecretKind): Promise<Parts> {
  const key = JSON.stringify(spec);
  const parts = shared.get(key) ?? fresh(spec);
  shared.set(key, parts);
  return parts;
}

/** The bytes of the adapted base64 in which Authelia writes salts and keys. */
function adapted(text = ''): Buffer {
  return Buffer.from(text.replaceAll('.', '+'), 'base64');
}

function addressOf(privateKey: Buffer): string {
  const pair = createECDH('secp256k1');
  pair.setPrivateKey(privateKey);
  return `0x${Buffer.from(keccak_256(pair.getPublicKey().subarray(1)).subarray(12)).toString('hex')}`;
}

test.each(kinds)('a $kind that was just made is kept as it is, and never made alike twice', async (spec) => {
  const first = await made(spec);
  expect(await completeSecret(spec, first)).toEqual({ kind: 'kept' });
  const second = await fresh(spec);
  expect(Object.values(first).filter((text) => Object.values(second).includes(text))).toEqual([]);
});

test.each(kinds)('a $kind that is nonsense is reported and not replaced', async (spec) => {
  expect(await completeSecret(spec, { value: 'no; such\nthing' })).toMatchObject({ kind: 'unfit', why: expect.stringMatching(/must/) });
});

test.each(kinds)('a $kind whose derived parts are lost gets them again, and its value stays', async (spec) => {
  const { public: publicPart, digest, ...rest } = await made(spec);
  const hasDerived = publicPart !== undefined || digest !== undefined;
  expect(await completeSecret(spec, rest)).toMatchObject(hasDerived ? { kind: 'refreshed', parts: rest } : { kind: 'kept' });
});

test('a value changed by hand gets a new digest', async () => {
  const before = await made({ kind: 'oidc-client' });
  const result = await completeSecret({ kind: 'oidc-client' }, { ...before, value: 'ChangedByTheOwner1' });
  expect(result).toMatchObject({
    kind: 'refreshed',
    parts: { value: 'ChangedByTheOwner1', digest: expect.not.stringMatching(before['digest'] ?? '') },
  });
});

test('a supplied value is never made up, and any text will do once it is there', async () => {
  const spec: SecretKind = { kind: 'supplied', about: 'the password of the mail server' };
  expect(await completeSecret(spec, undefined)).toEqual({ kind: 'missing' });
  expect(await completeSecret(spec, { value: 'ü' })).toEqual({ kind: 'kept' });
});

test('a password holds letters and digits only, of each sort at least one', async () => {
  for (let i = 0; i < 200; i++) {
    expect((await fresh({ kind: 'password', length: 12 }))['value']).toMatch(/^(?=.*[A-Z])(?=.*[a-z])(?=.*\d)[A-Za-z0-9]{12}$/);
  }
});

test("an OIDC client's digest is the one Authelia documents", async () => {
  const documented =
    '$pbkdf2-sha512$310000$c8p78n7pUMln0jzvd4aK4Q$JNRBzwAo0ek5qKn50cFzzvE9RXV88h1wJn5KGiHrD0YKtZaR/nCb2CJPOsKaPK0hjf.9yHxzQGZziziccp6Yng';
  const { value = '', digest = '' } = await made({ kind: 'oidc-client' });
  for (const [password, text] of [
    ['insecure_secret', documented],
    [value, digest],
  ] as const) {
    const [, name, rounds, salt, key] = text.split('$');
    expect([name, rounds]).toEqual(['pbkdf2-sha512', '310000']);
    expect(pbkdf2Sync(password, adapted(salt), 310_000, 64, 'sha512')).toEqual(adapted(key));
  }
});

test('an htpasswd line verifies, and a new user gets a new line for the same password', async () => {
  const parts = await made({ kind: 'htpasswd', user: 'ada' });
  const [user, hash = ''] = (parts['digest'] ?? '').split(':');
  expect([user, hash.slice(0, 7), await compare(parts['value'] ?? '', hash)]).toEqual(['ada', '$2y$10$', true]);
  expect(await completeSecret({ kind: 'htpasswd', user: 'bob' }, parts)).toMatchObject({
    kind: 'refreshed',
    parts: { value: parts['value'], digest: expect.stringMatching(/^bob:/) },
  });
});

test('an LDAP digest is a PHC text that argon2id gives again', async () => {
  const { value = '', digest = '' } = await made({ kind: 'ldap-password' });
  const [, salt = '', key = ''] = /^\{ARGON2\}\$argon2id\$v=19\$m=19456,t=2,p=1\$([^$]+)\$([^$]+)$/.exec(digest) ?? [];
  const again = argon2id(value, Buffer.from(salt, 'base64'), { m: 19_456, t: 2, p: 1, dkLen: 32 });
  expect(Buffer.from(again).toString('base64').replaceAll('=', '')).toBe(key);
});

test.each([{ kind: 'rsa', bits: 2048 }, { kind: 'ed25519' }] as const)(
  'what the private key of $kind signs, the public part verifies',
  async (spec) => {
    const { value = '', public: publicKey = '' } = await made(spec);
    const algorithm = spec.kind === 'rsa' ? 'sha256' : null;
    expect(verify(algorithm, Buffer.from('text'), publicKey, sign(algorithm, Buffer.from('text'), value))).toBe(true);
  },
);

test('a VAPID pair is 32 and 65 bytes, and belongs together', async () => {
  const { value = '', public: point = '' } = await made({ kind: 'vapid' });
  const bytes = Buffer.from(point, 'base64url');
  expect([Buffer.from(value, 'base64url').length, bytes.length, bytes[0]]).toEqual([32, 65, 4]);
  const [x = '', y = ''] = [bytes.subarray(1, 33), bytes.subarray(33)].map((half) => half.toString('base64url'));
  const pair = { kty: 'EC', crv: 'P-256', x, y };
  const signature = sign('sha256', Buffer.from('text'), { key: { ...pair, d: value }, format: 'jwk' });
  expect(verify('sha256', Buffer.from('text'), createPublicKey({ key: pair, format: 'jwk' }), signature)).toBe(true);
});

test('the public half of a key set holds the same key and nothing private', async () => {
  const parts = await made({ kind: 'jwks' });
  const [secret, open] = [parts['value'], parts['public']].map((text) => JSON.parse(text ?? '').keys[0]);
  expect(Object.keys(open).toSorted()).toEqual(['alg', 'e', 'kid', 'kty', 'n', 'use']);
  const thumbprint = createHash('sha256')
    .update(JSON.stringify({ e: open.e, kty: 'RSA', n: open.n }))
    .digest('base64url');
  expect([open.n, open.kid, secret.kid]).toEqual([secret.n, thumbprint, thumbprint]);
});

test('an authority signs for ten years, by itself, and nothing but leaves', async () => {
  const { value = '', certificate = '' } = await made({ kind: 'authority', name: 'home', domain: 'example.org' });
  const root = new X509Certificate(certificate);
  expect([root.subject, root.issuer, root.ca, root.verify(root.publicKey)]).toEqual(['CN=home authority', 'CN=home authority', true, true]);
  expect(root.checkPrivateKey(createPrivateKey(value))).toBe(true);
  const ten = new Date(root.validFrom);
  ten.setUTCFullYear(ten.getUTCFullYear() + 10);
  expect(new Date(root.validTo)).toEqual(ten);
});

test.for(['home.example.org', `${'a'.repeat(60)}.${'b'.repeat(60)}.org`, `${'abcdefghi.'.repeat(24)}example.org`])(
  'the certificate of an authority for %s says that it signs for no other domain and for no address',
  async (domain, { skip }) => {
    const { certificate = '' } = await fresh({ kind: 'authority', name: 'home', domain });
    const { status, stdout } = await run(['openssl', 'x509', '-noout', '-text'], { input: certificate });
    skip(status === 127, 'openssl is not installed');
    const text = stdout.replaceAll(/\s+/g, ' ');
    expect(text).toContain('Basic Constraints: critical CA:TRUE, pathlen:0');
    expect(text).toContain(`Permitted: DNS:${domain} Excluded: IP:0.0.0.0/0.0.0.0 IP:0:0:0:0:0:0:0:0/0:0:0:0:0:0:0:0`);
  },
);

test('for another domain an authority keeps its key and gets another certificate', async () => {
  const parts = await made({ kind: 'authority', name: 'home', domain: 'example.org' });
  const moved = await completeSecret({ kind: 'authority', name: 'home', domain: 'example.net' }, parts);
  expect(moved).toMatchObject({ kind: 'refreshed', parts: { value: parts['value'] } });
  expect('parts' in moved && moved.parts['certificate']).not.toBe(parts['certificate']);
});

test('a rotation moves each signing key by one place and makes the next', async () => {
  const spec: SecretKind = { kind: 'signing-keys' };
  const before = await made(spec);
  const after = (await rotateSecret(spec, before)) ?? {};
  expect([after['former'], after['value']]).toEqual([before['value'], before['next']]);
  expect(Object.values(before)).not.toContain(after['next']);
  expect(await completeSecret(spec, after)).toEqual({ kind: 'kept' });
});

test('a single RSA key of before becomes the one that signs, and the others come beside it', async () => {
  const { value = '', public: open = '', of = '' } = await made({ kind: 'rsa', bits: 2048 });
  const result = await completeSecret({ kind: 'signing-keys' }, { value, public: open, of });
  expect(result).toMatchObject({ kind: 'refreshed', parts: { value, former: expect.any(String), next: expect.any(String) } });
});

test('a signing key that is none is reported by its part', async () => {
  const parts = await made({ kind: 'signing-keys' });
  expect(await completeSecret({ kind: 'signing-keys' }, { ...parts, next: 'typed by hand' })).toEqual({
    kind: 'unfit',
    why: 'its next must be an RSA private key of 2048 bits or more in PEM form',
  });
});

test('what cannot change without a loss has no next value', async () => {
  for (const spec of kinds.filter(({ kind }) => kind !== 'signing-keys'))
    expect(await rotateSecret(spec, await made(spec))).toBeUndefined();
});

test('an RSA key that is too short is reported', async () => {
  const short = await made({ kind: 'rsa', bits: 2048 });
  expect(await completeSecret({ kind: 'rsa', bits: 4096 }, short)).toEqual({
    kind: 'unfit',
    why: 'its RSA key has 2048 bits, and 4096 are asked for',
  });
});

test('ssh-keygen reads the key and finds the same public line', async ({ skip }) => {
  const parts = await made({ kind: 'ssh' });
  const folder = await mkdtemp(join(tmpdir(), 'datamancy-ssh-'));
  try {
    await writeFile(join(folder, 'key'), parts['value'] ?? '');
    await chmod(join(folder, 'key'), 0o600);
    const result = await run(['ssh-keygen', '-y', '-f', join(folder, 'key')]);
    skip(result.status === 127, 'ssh-keygen is not installed');
    expect(result.stdout).toBe(parts['public']);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('an Ethereum keystore opens with its passphrase only', async () => {
  const { value = '', passphrase = '' } = await made({ kind: 'ethereum' });
  expect((await openKeystore(value, passphrase))?.length).toBe(32);
  expect(await openKeystore(value, `${passphrase}x`)).toBeUndefined();
});

test("a keystore's address is that of the key inside", async () => {
  const known = Buffer.from('ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80', 'hex');
  expect(addressOf(known)).toBe('0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266');
  const { value = '', passphrase = '', public: address = '' } = await made({ kind: 'ethereum' });
  expect(addressOf((await openKeystore(value, passphrase)) ?? known)).toBe(address.toLowerCase());
});

test('an address is spelled with the capitals of EIP-55', async () => {
  const spelled = '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed';
  const parts = await made({ kind: 'ethereum' });
  const value = JSON.stringify({ ...JSON.parse(parts['value'] ?? ''), address: spelled.slice(2).toLowerCase() });
  expect(await completeSecret({ kind: 'ethereum' }, { ...parts, value })).toMatchObject({ kind: 'refreshed', parts: { public: spelled } });
});
