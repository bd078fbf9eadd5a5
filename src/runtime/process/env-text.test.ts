import { expect, test } from 'vitest';
import { parseEnvText } from './env-text.ts';

test('values come back as they were before they were quoted', () => {
  const text = [`PLAIN='a b $c "d" # e'`, `LINES='one\ntwo'`, `QUOTED="it's \\$5, \\"so\\" and a \\\\"`, `EMPTY=''`, ''].join('\n');
  expect(parseEnvText(text)).toEqual({ PLAIN: 'a b $c "d" # e', LINES: 'one\ntwo', QUOTED: `it's $5, "so" and a \\`, EMPTY: '' });
  expect(parseEnvText('')).toEqual({});
});
