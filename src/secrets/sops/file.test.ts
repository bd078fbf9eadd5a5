import { readFile } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import * as fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import type { AgeKey } from '../age-key.ts';
import { openText, sealText } from './cipher.ts';
import { changeSopsFile, createSopsFile, openSopsFile, type SopsFile } from './file.ts';

let key: AgeKey;

beforeAll(async () => {
  key = await newKey();
});

async function newKey(): Promise<AgeKey> {
  const identity = await generateX25519Identity();
  return { identities: [identity], recipients: [await identityToRecipient(identity)] };
}

function leaf(path: string, text: string): { path: string[]; text: string } {
  return { path: path.split('/'), text };
}

function open(text: string): Promise<SopsFile> {
  return openSopsFile('secrets.yaml', text, key);
}

async function outcomeOf(text: string): Promise<unknown> {
  return open(text).then(
    ({ leaves }) => leaves,
    (cause: { code?: string }) => cause.code,
  );
}

/** The file that the sops program wrote, with every type of value and comments. */
async function sopsWritten(): Promise<{ text: string; sopsKey: AgeKey }> {
  const text = await readFile(new URL('fixture/secrets.yaml', import.meta.url), 'utf8');
  const identity = /^AGE-SECRET-KEY-.*$/m.exec(await readFile(new URL('fixture/age.key', import.meta.url), 'utf8'))?.[0] ?? '';
  return { text, sopsKey: { identities: [identity], recipients: [await identityToRecipient(identity)] } };
}

const written = [
  leaf('mail.password', 's3cret'),
  leaf('number', '42'),
  leaf('ratio', '3.14'),
  leaf('switch', 'True'),
  leaf('empty', ''),
  leaf('list', 'one'),
  leaf('list', 'two'),
  leaf('deep/text', 'grüße\nline two\n'),
  leaf('note_unencrypted', 'visible'),
];

test('a file written by the sops program opens with all its values', async () => {
  const { text, sopsKey } = await sopsWritten();
  expect((await openSopsFile('secrets.yaml', text, sopsKey)).leaves).toEqual(written);
});

test('a value added to a file of the sops program leaves its values, comments and envelope as they are', async () => {
  const { text, sopsKey } = await sopsWritten();
  const changed = changeSopsFile(await openSopsFile('secrets.yaml', text, sopsKey), [leaf('new.one/value', 'x')]);
  const lines = (from: string): string[] =>
    from
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => !/^(?:mac|lastmodified):/.test(line));
  expect(lines(changed.text)).toEqual(expect.arrayContaining(lines(text)));
  expect((await openSopsFile('secrets.yaml', changed.text, sopsKey)).leaves).toEqual([
    ...written.slice(0, 1),
    leaf('new.one/value', 'x'),
    ...written.slice(1),
  ]);
});

test('any text comes back as it went in', async () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: 'grapheme' }),
    fc.constantFrom('', '\n', ' x ', 'a\nb\n', '---', 'null', '{}', '#'),
  );
  const name = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,20}$/).filter((id) => id !== 'sops' && !id.endsWith('_unencrypted'));
  await fc.assert(
    fc.asyncProperty(fc.dictionary(name, text, { minKeys: 1, maxKeys: 5 }), async (values) => {
      const leaves = Object.entries(values).map(([id, value]) => leaf(`${id}/value`, value));
      const file = await createSopsFile(key.recipients, leaves);
      const found = Object.fromEntries((await open(file.text)).leaves.map(({ path, text: value }) => [path[0], value]));
      expect(found).toEqual({ ...values });
    }),
    { numRuns: 60 },
  );
});

test('ids stand sorted, and the metadata last', async () => {
  const file = await createSopsFile(key.recipients, [leaf('zulip/value', '1'), leaf('alpha/value', '2')]);
  const { text } = changeSopsFile(file, [leaf('mid/value', '3'), leaf('mid/digest', '4'), leaf('alpha/a', '5')]);
  expect(text.match(/^ {0,4}[\w.]+(?=:)/gm)?.map((name) => name.trim())).toEqual([
    'alpha',
    'a',
    'value',
    'mid',
    'digest',
    'value',
    'zulip',
    'value',
    'sops',
    'age',
    'lastmodified',
    'mac',
    'unencrypted_suffix',
    'version',
  ]);
});

test('a sealed value opens with its key, in its place only', () => {
  const [dataKey, other] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];
  const sealed = sealText('text', dataKey, 'a:value:');
  expect(openText(sealed, dataKey, 'a:value:')).toBe('text');
  expect(openText(sealed, dataKey, 'b:value:')).toBeUndefined();
  expect(openText(sealed, other, 'a:value:')).toBeUndefined();
});

test('a change of any single byte is refused; one of the blanks between is refused or changes nothing', async () => {
  const file = await createSopsFile(key.recipients, [leaf('one/value', 'first'), leaf('two/value', 'second')]);
  const opened = await outcomeOf(file.text);
  const unnoticed: string[] = [];
  for (let at = 0; at < file.text.indexOf('version: '); at++) {
    const before = file.text.charAt(at);
    const changed = `${file.text.slice(0, at)}${String.fromCharCode(before.charCodeAt(0) ^ 1)}${file.text.slice(at + 1)}`;
    const outcome = await outcomeOf(changed);
    const isRefused = outcome === 'E_SECRETS_DAMAGED' || outcome === 'E_AGE_KEY_WRONG';
    const isHarmless = /\s/.test(before) && isDeepStrictEqual(outcome, opened);
    if (!isRefused && !isHarmless) unnoticed.push(changed.slice(Math.max(0, at - 20), at + 20));
  }
  expect(unnoticed).toEqual([]);
});

test('a file cut off at any byte is refused', async () => {
  const { text } = await createSopsFile(key.recipients, [leaf('one/value', 'first'), leaf('two/value', 'second')]);
  for (let length = 0; length < text.trimEnd().length; length += 1) {
    expect(await outcomeOf(text.slice(0, length))).toBe('E_SECRETS_DAMAGED');
  }
});

test.each([
  ['a value is removed', (text: string) => text.replace(/^one:\n.*\n/m, ''), /message authentication code/],
  ['a value is moved under another id', (text: string) => text.replace('one:', 'uno:'), /uno\.value was changed/],
  ['a value is put in by hand', (text: string) => text.replace('one:', 'mail: plain\none:'), /mail is not encrypted/],
  ['a comment turns a value off', (text: string) => text.replace(/^one:\n( .*)$/m, '# one'), /message authentication code/],
  ['a key stands twice', (text: string) => text.replace('one:', 'two:'), /not YAML \(Map keys must be unique/],
  ['an alias is used', (text: string) => text.replace(/^two:\n.*$/m, 'two: &a\n    value: x\nthree: *a'), /alias/],
  ['a second document follows', (text: string) => `${text}---\na: b\n`, /not YAML/],
  [
    'the rule of encryption is another',
    (text: string) => text.replace('unencrypted_suffix: _unencrypted', 'encrypted_regex: "^x"'),
    /not understood/,
  ],
  ['it is no mapping', () => '- a\n', /no sops metadata/],
  ['it is empty', () => '', /no sops metadata/],
  ['it is binary', () => '\u0000\u0001\u0002', /cannot be trusted/],
])('the file is refused where %s', async (_what, damage, why) => {
  const { text } = await createSopsFile(key.recipients, [leaf('one/value', 'first'), leaf('two/value', 'second')]);
  const changed = damage(text);
  expect(changed).not.toBe(text);
  await expect(open(changed)).rejects.toMatchObject({
    code: 'E_SECRETS_DAMAGED',
    message: expect.stringMatching(why),
    fix: expect.stringMatching(/git or a backup/),
  });
});

test('with two recipients each key opens the file, before and after a change', async () => {
  const second = await newKey();
  const file = await createSopsFile([...key.recipients, ...second.recipients], [leaf('one/value', 'first')]);
  const changed = changeSopsFile(await openSopsFile('secrets.yaml', file.text, second), [leaf('two/value', 'second')]);
  expect((await open(changed.text)).leaves).toEqual([leaf('one/value', 'first'), leaf('two/value', 'second')]);
});
