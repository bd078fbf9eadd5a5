import { expect, test } from 'vitest';
import { findingsOf, sampleApp } from '../sample.ts';
import { wellKnownUnique } from './well-known-unique.ts';

const answering = (name: string, path: string) => sampleApp(name, { wellKnown: () => ({ [path]: { it: name } }) });

test('services that answer different paths of the domain pass', () => {
  expect(findingsOf(wellKnownUnique, [answering('one', 'matrix/client'), answering('two', 'matrix/server')])).toEqual([]);
});

test('two services that answer one path are refused', () => {
  expect(findingsOf(wellKnownUnique, [answering('one', 'webfinger'), answering('two', 'webfinger')])).toEqual([
    'two: one and two all answer /.well-known/webfinger; keep one of them in cluster.yaml',
  ]);
});

test.each(['/matrix/client', 'a b', '*', 'a//b', ''])('%j is no path below /.well-known/', (path) => {
  expect(findingsOf(wellKnownUnique, [answering('one', path)])).toEqual([
    `one: ${JSON.stringify(path)} is no path below /.well-known/; write letters, digits and ._~- between slashes, as in matrix/client`,
  ]);
});
