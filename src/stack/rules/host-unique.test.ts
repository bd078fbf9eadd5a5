import { expect, test } from 'vitest';
import { findingsOf, sampleApp } from '../sample.ts';
import { hostUnique } from './host-unique.ts';

test('two services with one name are refused, and the name and both are told', () => {
  const found = findingsOf(hostUnique, [sampleApp('planka'), sampleApp('wekan')], {
    overrides: { planka: { host: 'boards' }, wekan: { host: 'boards' } },
  });
  expect(found).toEqual([
    'wekan: planka and wekan both want boards.example.org; give one of them another name in cluster.yaml, as in host: desk',
  ]);
});

test('three services with one name are one problem', () => {
  const route = { port: 'web', host: 'boards', access: { open: 'a test' } };
  expect(
    findingsOf(
      hostUnique,
      ['a', 'b', 'c'].map((name) => sampleApp(name, { route })),
    ),
  ).toEqual([expect.stringContaining('a, b and c all want boards.example.org')]);
});

test('services with names of their own, and services without any, pass', () => {
  expect(findingsOf(hostUnique, [sampleApp('planka'), sampleApp('wekan')])).toEqual([]);
});

test('of two that cannot stand together anyway only that is told', () => {
  const route = { port: 'web', host: 'auth', access: { open: 'a test' } };
  const gate = sampleApp('gate', { route });
  const other = sampleApp('authelia', { route, conflicts: ['gate'] });
  expect(findingsOf(hostUnique, [gate, other])).toEqual([]);
  expect(findingsOf(hostUnique, [gate, other, sampleApp('third', { route })])).toEqual([expect.stringContaining('want auth.example.org')]);
});
