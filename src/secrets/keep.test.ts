import { chmod, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { SecretRequest } from '../service/secret.ts';
import { readAgeKey } from './age-key.ts';
import { openSecrets, type SecretStore } from './keep.ts';
import { changeSopsFile, openSopsFile } from './sops/file.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'datamancy-secrets-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

const requests: readonly SecretRequest[] = [
  { id: 'postgresql.superuser', spec: { kind: 'password' } },
  { id: 'forgejo.sessionKey', spec: { kind: 'hex', bytes: 32 }, keeps: 'data' },
  { id: 'gate.signing', spec: { kind: 'ed25519' } },
];

function keyFile(): string {
  return join(folder, '.datamancy', 'age.key');
}

function open(): Promise<SecretStore> {
  return openSecrets(folder, { ageKeyFile: keyFile() });
}

function fileText(): Promise<string> {
  return readFile(join(folder, 'secrets.yaml'), 'utf8');
}

test('the first use makes a key and a file that only their owner can read, and nothing else', async () => {
  await open();
  const modes = await Promise.all([keyFile(), join(folder, 'secrets.yaml')].map(async (path) => (await stat(path)).mode & 0o777));
  expect(modes).toEqual([0o600, 0o600]);
  expect((await readdir(folder, { recursive: true })).toSorted()).toEqual(['.datamancy', '.datamancy/age.key', 'secrets.yaml']);
  expect(await readFile(keyFile(), 'utf8')).toMatch(/^# created: .*\n# public key: age1[0-9a-z]{58}\nAGE-SECRET-KEY-1[0-9A-Z]{58}\n$/);
});

test('what is made once is there for good: the next run finds the same values and leaves every byte of the file', async () => {
  const first = await open();
  expect(await first.ensure(requests)).toEqual({ created: ['forgejo.sessionKey', 'gate.signing', 'postgresql.superuser'], problems: [] });
  const text = await fileText();
  const second = await open();
  expect(await second.ensure(requests)).toEqual({ created: [], problems: [] });
  expect(await fileText()).toBe(text);
  expect([second.values(), second.digestKey()]).toEqual([first.values(), first.digestKey()]);
  expect(second.ids()).toEqual(['datamancy.digest-key', 'forgejo.sessionKey', 'gate.signing', 'postgresql.superuser']);
});

test('a further secret changes the date, the code and its own lines only', async () => {
  const store = await open();
  await store.ensure(requests);
  const before = (await fileText()).split('\n');
  await store.ensure([...requests, { id: 'planka.key', spec: { kind: 'password' } }]);
  const after = (await fileText()).split('\n');
  expect(
    after
      .filter((line) => !before.includes(line))
      .map((line) => line.trim().split(':')[0])
      .filter((name) => name !== 'lastmodified'),
  ).toEqual(['planka.key', 'value', 'mac']);
  expect(before.filter((line) => !after.includes(line) && !/lastmodified|mac/.test(line))).toEqual([]);
});

test('two callers at once get the same secret', async () => {
  const store = await open();
  const results = await Promise.all([store.ensure(requests), store.ensure(requests)]);
  expect(results.map(({ created }) => created.length)).toEqual([3, 0]);
  expect((await open()).values()).toEqual(store.values());
});

test('a request that changed its kind is reported, and the value stays', async () => {
  const store = await open();
  await store.ensure(requests);
  const kept = store.reveal('postgresql.superuser');
  const { created, problems } = await store.ensure([{ id: 'postgresql.superuser', spec: { kind: 'uuid' } }]);
  expect([created, problems.map(({ why }) => why)]).toEqual([[], ['postgresql.superuser does not fit: it must be a UUID']]);
  expect(store.reveal('postgresql.superuser')).toBe(kept);
});

test('a supplied value that is missing is a problem with its fix; the others are made all the same', async () => {
  const store = await open();
  const mail: SecretRequest = { id: 'mail.password', spec: { kind: 'supplied', about: 'the password of smtp.example.org' } };
  expect(await store.ensure([mail, ...requests.slice(0, 1)])).toEqual({
    created: ['postgresql.superuser'],
    problems: [
      {
        id: 'mail.password',
        why: 'mail.password is missing: the password of smtp.example.org',
        fix: 'give it with: datamancy secrets set mail.password < file',
      },
    ],
  });
  await store.supply('mail.password', 'gr\u00fc\u00df\n"dich"');
  const again = await open();
  expect([await again.ensure([mail]), again.reveal('mail.password')]).toEqual([{ created: [], problems: [] }, 'gr\u00fc\u00df\n"dich"']);
});

test('a value typed as a plain text under its id stays when derived parts come beside it, with its comment', async () => {
  await open();
  const key = (await readAgeKey(keyFile())) ?? { identities: [], recipients: [] };
  const typed = changeSopsFile(await openSopsFile('secrets.yaml', await fileText(), key), [
    { path: ['app.oidc'], text: 'TypedByTheOwner1' },
  ]);
  await writeFile(join(folder, 'secrets.yaml'), typed.text.replace('app.oidc:', '# from the old server\napp.oidc:'));
  await (await open()).ensure([{ id: 'app.oidc', spec: { kind: 'oidc-client' } }]);
  const again = await open();
  expect([again.reveal('app.oidc'), again.reveal('app.oidc', 'digest')]).toEqual([
    'TypedByTheOwner1',
    expect.stringMatching(/^\$pbkdf2-sha512\$/),
  ]);
  expect(await fileText()).toMatch(/^# from the old server$/m);
});

test('values are what must not be seen: private parts, and neither public keys nor digests', async () => {
  const store = await open();
  await store.ensure([
    { id: 'a', spec: { kind: 'ed25519' } },
    { id: 'b', spec: { kind: 'htpasswd', user: 'ada' } },
    { id: 'c', spec: { kind: 'rails-encryption' } },
  ]);
  const hidden = [
    store.reveal('a'),
    store.reveal('b'),
    store.reveal('c', 'primary'),
    store.reveal('c', 'deterministic'),
    store.reveal('c', 'salt'),
  ];
  expect([...store.values()].toSorted()).toEqual([...hidden, store.digestKey()].toSorted());
});

test('neither the file nor the printed store shows a value', async () => {
  const store = await open();
  await store.ensure(requests);
  const shown = [await fileText(), inspect(store, { depth: 9, showHidden: true }), JSON.stringify(store)].join('\n');
  expect(store.values().filter((value) => shown.includes(value))).toEqual([]);
});

test('an unknown name is refused with the nearest one', async () => {
  const store = await open();
  await store.ensure(requests);
  expect(() => store.reveal('postgresql.superusr')).toThrow(
    expect.objectContaining({
      code: 'E_SECRET_UNKNOWN',
      message: 'no secret is called postgresql.superusr; did you mean postgresql.superuser?',
      fix: 'ask for postgresql.superuser',
    }),
  );
  expect(() => store.reveal('quite-another')).toThrow(
    expect.objectContaining({
      message: 'no secret is called quite-another',
      fix: 'the names are the keys of secrets.yaml, which can be read without the age key',
    }),
  );
  for (const part of ['pubic', 'constructor', '__proto__']) {
    expect(() => store.reveal('gate.signing', part)).toThrow(
      expect.objectContaining({
        message: `the secret gate.signing has no part ${part}`,
        fix: 'ask for one of its parts: of, public, value',
      }),
    );
  }
});

test.each(['', 'sops', 'a_unencrypted', '../x', 'a b', 'a:b', '__proto__', 'a\nb'])('%j cannot be the name of a secret', async (id) => {
  const store = await open();
  await expect(store.ensure([{ id, spec: { kind: 'password' } }])).rejects.toMatchObject({
    code: 'E_SECRET_UNKNOWN',
    message: `${JSON.stringify(id)} cannot be the name of a secret`,
  });
});

test.each(['', 'half \ud800 a pair'])('the value %j cannot be kept', async (value) => {
  const store = await open();
  await expect(store.supply('mail.password', value)).rejects.toMatchObject({ code: 'E_USAGE' });
});

test('with its key missing the file is left alone, and no new key is made', async () => {
  await open();
  const text = await fileText();
  await rm(keyFile());
  await expect(open()).rejects.toMatchObject({
    code: 'E_AGE_KEY_MISSING',
    message: `secrets.yaml exists, but the age key that opens it is missing: ${keyFile()}`,
    fix: `put the key back at ${keyFile()} from a backup; without it no value in secrets.yaml can be read again`,
  });
  expect([await readdir(join(folder, '.datamancy')), await fileText()]).toEqual([[], text]);
});

test("another cluster's key is refused, with both recipients named", async () => {
  await open();
  const [own = ''] = /age1\w+/.exec(await readFile(keyFile(), 'utf8')) ?? [];
  await rename(join(folder, 'secrets.yaml'), join(folder, 'kept'));
  await rm(keyFile());
  await open();
  const [other = ''] = /age1\w+/.exec(await readFile(keyFile(), 'utf8')) ?? [];
  await rename(join(folder, 'kept'), join(folder, 'secrets.yaml'));
  await expect(open()).rejects.toMatchObject({
    code: 'E_AGE_KEY_WRONG',
    message: `secrets.yaml is encrypted to ${own}, and the age key here is ${other}`,
    fix: 'put the age key of this secrets.yaml back, or restore the secrets.yaml that belongs to this key, from git or a backup',
  });
});

test.each(['', '# public key: age1x\n', 'AGE-SECRET-KEY-1QQQ\n'])('a key file that holds %j is refused', async (text) => {
  await open();
  await writeFile(keyFile(), text);
  await expect(open()).rejects.toMatchObject({
    code: 'E_AGE_KEY_WRONG',
    message: `${keyFile()} holds no age identity (a line AGE-SECRET-KEY-1…)`,
  });
});

test.each([0o640, 0o604, 0o660])('a key that others can read (mode %o) is refused, not quietly repaired', async (mode) => {
  await open();
  await chmod(keyFile(), mode);
  await expect(open()).rejects.toMatchObject({
    code: 'E_AGE_KEY_EXPOSED',
    message: `${keyFile()} opens every secret and can be read by others (its mode is ${mode.toString(8)})`,
    fix: `chmod 600 ${keyFile()}, and if others use this machine, take every secret as seen`,
  });
});

test('a damaged file is refused and not overwritten', async () => {
  const store = await open();
  await store.ensure(requests);
  const damaged = (await fileText()).slice(0, 400);
  await writeFile(join(folder, 'secrets.yaml'), damaged);
  await expect(open()).rejects.toMatchObject({
    code: 'E_SECRETS_DAMAGED',
    message: expect.stringMatching(/^secrets\.yaml cannot be trusted: /),
    fix: 'nothing was changed; keep secrets.yaml aside and restore it from git or a backup',
  });
  expect(await fileText()).toBe(damaged);
});

test('a file that went missing from a cluster that ran is refused, and no new one is begun', async () => {
  await open();
  await rm(join(folder, 'secrets.yaml'));
  await expect(openSecrets(folder, { ageKeyFile: keyFile(), mustExist: true })).rejects.toMatchObject({
    code: 'E_SECRETS_DAMAGED',
    message: 'secrets.yaml cannot be trusted: it is missing, though this cluster has run with it',
  });
  expect(await readdir(folder)).toEqual(['.datamancy']);
});

test('a first use that was killed after the key was made goes on with that key', async () => {
  await open();
  const key = await readFile(keyFile(), 'utf8');
  await rm(join(folder, 'secrets.yaml'));
  await open();
  expect(await readFile(keyFile(), 'utf8')).toBe(key);
});

test('what another program wrote meanwhile is not overwritten', async () => {
  const store = await open();
  const other = await open();
  await other.supply('mail.password', 'from elsewhere');
  const text = await fileText();
  await expect(store.ensure(requests)).rejects.toMatchObject({
    code: 'E_LOCKED',
    message: 'secrets.yaml was changed by another program while this one had it open',
    fix: 'run the command again; nothing was written',
  });
  expect([await fileText(), store.ids()]).toEqual([text, ['datamancy.digest-key']]);
});
