import { expect, test } from 'vitest';
import { concealer, isIn } from './conceal.ts';

const password = "rabbit's hole&ü+(1)";

test('a password is taken out of an address in each way in which it may stand there', () => {
  const escaped = encodeURIComponent(password);
  const forms = [
    password,
    escaped,
    escaped.replace("'", '%27'),
    escaped.replace(/%../g, (byte) => byte.toLowerCase()),
    encodeURIComponent(escaped),
    encodeURI(password),
    new URLSearchParams({ p: password }).toString().slice(2),
  ];
  expect(new Set(forms).size).toBe(forms.length);
  for (const form of forms) expect(concealer(password)(`https://a.test/?p=${form}&x=1`)).toBe('https://a.test/?p=•••&x=1');
  expect(concealer(password)('https://a.test/?p=rabbit&x=1')).toBe('https://a.test/?p=rabbit&x=1');
});

test('half of a letter, which no address can hold, is no fault', () => {
  expect(concealer('a\ud800b')(`?p=a%EF%BF%BDb&q=a\ud800b`)).toBe('?p=•••&q=•••');
});

test('what is sent with the password in it is known, as a form and as JSON', () => {
  const quoted = 'say "ü"';
  expect(isIn(new URLSearchParams({ p: quoted }).toString(), quoted)).toBe(true);
  expect(isIn(JSON.stringify({ p: quoted }), quoted)).toBe(true);
  expect(isIn('{"event":"click"}', quoted)).toBe(false);
});
