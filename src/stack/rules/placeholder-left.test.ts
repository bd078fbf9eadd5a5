import { expect, test } from 'vitest';
import { json, text } from '../../service/index.ts';
import { findingsOf, sampleSecret, sampleService } from '../sample.ts';
import { placeholderLeft } from './placeholder-left.ts';

test.each(['{{DOMAIN}}', '{{ domain }}', '{{ user.name }}', 'https://${HOST}/', 'CHANGEME', 'change-me', '<your-password>', '<API_KEY>'])(
  '%s in a variable or a file is refused',
  (left) => {
    expect(findingsOf(placeholderLeft, [sampleService('planka', { env: () => ({ A: `x ${left}` }) })])).toHaveLength(1);
    expect(
      findingsOf(placeholderLeft, [sampleService('planka', { env: () => ({ A: text`${left} ${sampleSecret('planka.x')}` }) })]),
    ).toHaveLength(1);
    expect(
      findingsOf(placeholderLeft, [
        sampleService('planka', { files: { main: { path: '/a.json', content: () => json({ deep: [{ a: left }] }) } } }),
      ]),
    ).toHaveLength(1);
  },
);

test('what the owner wrote in cluster.yaml is held to the same', () => {
  expect(findingsOf(placeholderLeft, [sampleService('planka')], { overrides: { planka: { env: { KEY: 'CHANGEME' } } } })).toEqual([
    'planka: its variable KEY still holds the placeholder CHANGEME; write the value itself, or what a need grants',
  ]);
});

test.each(['changement', 'a < b > c', '$HOME', '{ "a": {} }', '<p>text</p>', '{$ADDRESS}'])('%s passes', (plain) => {
  expect(findingsOf(placeholderLeft, [sampleService('planka', { env: () => ({ A: plain }) })])).toEqual([]);
});

test('a file may say that the program itself fills in what is in double braces, and nothing else', () => {
  const filled = (left: string) =>
    findingsOf(placeholderLeft, [
      sampleService('planka', { files: { main: { path: '/a.json', templates: 'Jinja', content: () => json({ a: left }) } } }),
    ]);
  expect(filled('{{ user.name }}')).toEqual([]);
  expect(filled('${HOST}')).toHaveLength(1);
});
