import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { redactor, streamRedactor } from './redact.ts';

const secret = 'p&ss "wörd"/+?=42';

test('a secret is hidden wherever it stands, and the rest is left alone', () => {
  expect(redactor([secret])(`a${secret}b ${secret}`)).toBe('a[redacted]b [redacted]');
  expect(redactor([secret])('nothing here')).toBe('nothing here');
});

test.each([
  ['URL-encoded', encodeURIComponent(secret)],
  ['form-encoded', new URLSearchParams({ p: secret }).toString().slice(2)],
  ['JSON-escaped', JSON.stringify(secret).slice(1, -1)],
])('a secret is hidden when it is %s', (_form, text) => {
  expect(redactor([secret])(`<${text}>`)).toBe('<[redacted]>');
});

test('a secret inside a Basic header is hidden at every alignment', () => {
  const password = 'Xk29fLmQ0aPz';
  for (const user of ['a', 'ab', 'abc']) {
    for (const encoding of ['base64', 'base64url'] as const) {
      const header = Buffer.from(`${user}:${password}`).toString(encoding);
      const shown = redactor([password])(header);
      expect(shown).toContain('[redacted]');
      expect(Buffer.from(shown.replace('[redacted]', ''), 'base64').toString('latin1')).not.toMatch(/Xk|29f|LmQ|0aP/);
    }
  }
});

test('each line of a value of many lines is hidden by itself', () => {
  const pem = '-----BEGIN KEY-----\nMIIBVgIBADANBgkqhkiG\n    9w0BAQEFAASCAUAwggE8\n-----END KEY-----\n';
  expect(redactor([pem])('at 9w0BAQEFAASCAUAwggE8!')).toBe('at [redacted]!');
  expect(redactor([pem])('-----BEGIN KEY-----')).toBe('-----BEGIN KEY-----');
  expect(redactor([pem])(`x${pem}y`)).toBe('x[redacted]y');
});

test('of secrets that overlap nothing stays, and the longest is taken', () => {
  expect(redactor(['abcdefghij', 'fghijklmnop'])('<abcdefghijklmnop>')).toBe('<[redacted]>');
  expect(redactor(['abcdefgh', 'abcdefghijkl'])('<abcdefghijkl>')).toBe('<[redacted]>');
});

test('a value of fewer than eight characters is not sought, because it would hide ordinary words', () => {
  expect(redactor(['admin', ''])('admin')).toBe('admin');
});

test('no text shows a secret that was put into it', () => {
  const value = fc.string({ unit: 'grapheme', minLength: 8, maxLength: 40 }).filter((text) => !text.includes('[redacted]'));
  fc.assert(
    fc.property(fc.array(value, { minLength: 1, maxLength: 5 }), fc.array(fc.string(), { maxLength: 6 }), (values, words) => {
      const text = words.flatMap((word, i) => [word, values[i % values.length] ?? '']).join('');
      const shown = redactor(values)(text);
      expect(values.filter((one) => !'[redacted]'.repeat(20).includes(one) && shown.includes(one))).toEqual([]);
    }),
  );
});

test('output in pieces is hidden as if it came whole', () => {
  const text = `one ${secret}\ntwo\n${secret} three`;
  fc.assert(
    fc.property(fc.array(fc.nat(text.length), { maxLength: 8 }), (cuts) => {
      const stream = streamRedactor([secret]);
      const edges = [0, ...cuts.toSorted((a, b) => a - b), text.length];
      const shown = edges.slice(1).map((edge, i) => stream.push(text.slice(edges[i], edge)));
      expect([...shown, stream.end()].join('')).toBe('one [redacted]\ntwo\n[redacted] three');
    }),
  );
});

test('a line without end is left out rather than held for ever or shown in part', () => {
  const stream = streamRedactor([secret]);
  const shown = Array.from({ length: 20 }, () => stream.push(`${'x'.repeat(30_000)}${secret}`));
  expect([...shown, stream.push('tail\nnext\n'), stream.end()].join('')).toBe('[a line of more than 256 KiB left out]\nnext\n');
});
