import { expect, test } from 'vitest';
import { concealer } from './login.ts';

test('a password is taken out of an address in each way in which it may stand there', () => {
  const password = 'rabbit hole&ü';
  const forms = [password, encodeURIComponent(password), new URLSearchParams({ p: password }).toString().slice(2), encodeURI(password)];
  for (const form of forms) expect(concealer(password)(`https://a.test/?p=${form}&x=1`)).toBe('https://a.test/?p=•••&x=1');
});
