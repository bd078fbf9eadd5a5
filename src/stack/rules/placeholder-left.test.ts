import { expect, test } from 'vitest';
import type { Service } from '../../service/index.ts';
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

test.each<[Partial<Service>, string]>([
  [{ command: () => ['serve', '--url={{URL}}'] }, 'its command still holds the placeholder {{URL}}'],
  [{ command: () => ['serve', '--url=${PUBLIC_URL}'] }, 'its command still holds the placeholder ${PUBLIC_URL}'],
  [{ health: { command: ['check', '${PUBLIC_URL}'] } }, 'its health check still holds the placeholder ${PUBLIC_URL}'],
  [{ health: { port: 'web', path: '/<YOUR_PATH>' } }, 'its health check still holds the placeholder <YOUR_PATH>'],
  [{ smoke: { path: '/{{ PAGE }}', expect: {} } }, 'its smoke test still holds the placeholder {{ PAGE }}'],
  [{ metrics: { port: 'web', path: '/CHANGEME' } }, 'the path of its metrics still holds the placeholder CHANGEME'],
  [{ setup: () => [{ title: 'user', argv: ['add', '{{ADMIN}}'] }] }, 'its setup step “user” still holds the placeholder {{ADMIN}}'],
  [{ setup: () => [{ title: 'user', argv: ['add'], input: '{{ADMIN}}' }] }, 'its setup step “user” still holds the placeholder {{ADMIN}}'],
])('one in what is called or asked is refused: %#', (parts, message) => {
  expect(findingsOf(placeholderLeft, [sampleService('planka', parts)])).toEqual([expect.stringContaining(message)]);
});

test.each(['--format={{.Name}}', '--rule=Host(`{{ normalize .Name }}`)', '--source=explore?expr={{$expr|queryEscape}}'])(
  'a template that the program itself fills in is no placeholder of its call: %s',
  (word) => {
    expect(
      findingsOf(placeholderLeft, [sampleService('planka', { command: () => ['serve', word], health: { command: ['check', word] } })]),
    ).toEqual([]);
  },
);

test('what a shell fills in is no placeholder', () => {
  const command = (): readonly string[] => ['/bin/sh', '-c', 'exec serve --url=${PUBLIC_URL}'];
  const health = { command: ['bash', '-ec', 'test -n "${A}"'] } as const;
  expect(findingsOf(placeholderLeft, [sampleService('planka', { command, health })])).toEqual([]);
});
