import { expect, test } from 'vitest';
import { parseUrl } from './parse-url.ts';

test('letters beyond ASCII are read alike however often one asks', () => {
  const hosts = new Set(Array.from({ length: 50_000 }, () => parseUrl('https://bücher.example/')?.hostname));
  expect([...hosts]).toEqual(['xn--bcher-kva.example']);
});

test('what is no address is none', () => {
  expect(parseUrl('//')).toBeUndefined();
  expect(parseUrl('/path')).toBeUndefined();
  expect(parseUrl('/path', 'https://example.org')?.href).toBe('https://example.org/path');
});
