import { expect, test } from 'vitest';
import { secret } from '../../contracts/index.ts';
import { findingsOf, problemsOf, sampleApp, sampleService } from '../sample.ts';
import { definitionWorks } from './definition-works.ts';

test('what a function of a definition throws is a problem and not an exception', () => {
  const broken = sampleService('planka', {
    env: () => {
      throw new TypeError('db is not here');
    },
  });
  expect(findingsOf(definitionWorks, [broken, sampleService('wiki')])).toEqual([
    expect.stringContaining('planka: its env, command, files or process failed: db is not here'),
  ]);
});

test.each([
  ['a template', (key: unknown) => `pw-${key as string}`],
  ['a sum', (key: unknown) => 'pw-' + (key as string)],
])('a secret that is put into a plain string by %s is refused', (_, join) => {
  const needs = { key: secret({ kind: 'hex', bytes: 32 }) };
  const careless = sampleService('planka', { needs, env: ({ key }) => ({ KEY: join(key) }) });
  expect(findingsOf(definitionWorks, [careless])).toEqual([expect.stringContaining('a secret stands in a plain string; write text`')]);
});

test('a file without content is a problem too', () => {
  const files = { main: { path: '/etc/a.yml', content: () => undefined as never } } as const;
  expect(findingsOf(definitionWorks, [sampleService('planka', { files })])).toHaveLength(1);
});

test('functions that work pass', () => {
  expect(findingsOf(definitionWorks, [sampleService('planka', { env: ({ cluster }) => ({ DOMAIN: cluster.domain }) })])).toEqual([]);
});

test.each<[string, object]>([
  ['command', { command: () => 'serve' }],
  ['command', { command: () => ['serve', null] }],
  ['argv of setup', { setup: () => [{ title: 'user', argv: 'add' }] }],
  ['argv of setup', { setup: () => [{ title: 'user', argv: ['add', true] }] }],
  ['input of setup', { setup: () => [{ title: 'user', argv: ['add'], input: null }] }],
])('a %s that holds no words is a problem and not an exception: %#', (place, parts) => {
  expect(problemsOf([sampleApp('planka', parts)])).toEqual([
    expect.stringContaining(`definition-works planka: its env, command, files or process failed: ${place} must hold`),
  ]);
});
