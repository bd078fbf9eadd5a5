import { expect, test } from 'vitest';
import { code, commands, external, section, table, words } from './markdown.ts';

test('foreign text is text: no tag, no link, no code, no template and no cell of its own comes of it', () => {
  const shown = words('<b>a</b> | [x](y) `c` *d* _e_ {{ f }} ${g} &amp; "h" \\');
  expect(shown).not.toMatch(/[<>|[\]`*_{}$"\\]/);
  expect(shown).toContain('&#60;b&#62;a');
  expect(shown).toContain('&#38;amp;');
});

test('foreign text begins no heading, list, quotation or note, and stays one line', () => {
  for (const text of ['# a', '- a', '+ a', '!!! a', ': a', '=== a']) expect(words(text)).toMatch(/^&#/);
  expect([words('1. a'), words('12) a')]).toEqual(['1&#46; a', '12&#41; a']);
  expect(words('a\n\n# b')).toBe('a # b');
  expect(words('2FAuth, one of 3.')).toBe('2FAuth, one of 3.');
});

test('code shows what stands in it, also where Markdown has a meaning for that', () => {
  expect(code('/healthz')).toBe('`/healthz`');
  expect(code('a|b')).toBe('<code>a&#124;b</code>');
  expect(code('`x`')).toBe('<code>&#96;x&#96;</code>');
  expect(code('<x>')).toBe('<code>&#60;x&#62;</code>');
  expect(code('')).toBe('<code></code>');
});

test('an address cannot end the link that it stands in', () => {
  expect(external('here', 'https://a.example/x>)<b> "c"')).toBe('[here](<https://a.example/x%3E)%3Cb%3E%20%22c%22>)');
});

test('a table without rows and a section without words are not there, unless it says what to say instead', () => {
  expect(table(['A'], [])).toEqual([]);
  expect(section('B', [])).toEqual([]);
  expect(section('B', [], 'None.')).toEqual(['## B', '', 'None.', '']);
});

test('commands stand in one column and what they do in another', () => {
  expect(commands(['a', 'one'], ['bcd', 'two'])).toEqual(['```sh', 'a    # one', 'bcd  # two', '```', '']);
});
