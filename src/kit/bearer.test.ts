import { expect, test } from 'vitest';
import { bearerOf, isSameToken } from './bearer.ts';

test.each([
  ['Bearer abc', 'abc'],
  ['bearer  a.b-c~d+e/f== ', 'a.b-c~d+e/f=='],
  ['Bearer', undefined],
  ['Bearer ', undefined],
  ['Bearer a b', undefined],
  ['Bearer ä', undefined],
  ['Basic abc', undefined],
  ['x Bearer abc', undefined],
  [`Bearer ${'a'.repeat(8193)}`, undefined],
  [undefined, undefined],
])('%j holds %j', (header, token) => {
  expect(bearerOf(header)).toBe(token);
});

test('tokens are the same only where all of them is', () => {
  expect([isSameToken('abc', 'abc'), isSameToken('abc', 'abd'), isSameToken('ab', 'abc'), isSameToken('', 'abc')]).toEqual([
    true,
    false,
    false,
    false,
  ]);
});
