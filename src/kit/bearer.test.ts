import { expect, test } from 'vitest';
import { bearerOf, isSameToken, tokenPattern } from './bearer.ts';

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

test.each([
  ['a.b-c~d+e/f==', true],
  ['a b', false],
  ['"quoted"', false],
  ['a\n', false],
  ['', false],
])('%j as a token is accepted: %s, and a header can show no other one', (token, isAccepted) => {
  expect([tokenPattern.test(token), bearerOf(`Bearer ${token}`) === token]).toEqual([isAccepted, isAccepted]);
});

test('tokens are the same only where all of them is', () => {
  expect([isSameToken('abc', 'abc'), isSameToken('abc', 'abd'), isSameToken('ab', 'abc'), isSameToken('', 'abc')]).toEqual([
    true,
    false,
    false,
    false,
  ]);
});
