import { expect, test } from 'vitest';
import { findingsOf, problemsOf, sampleApp } from '../sample.ts';
import { publicHostKnown } from './public-host-known.ts';

test('a link to a name that nobody answers is refused', () => {
  expect(problemsOf([sampleApp('planka', { env: () => ({ DOCS_URL: 'https://docs.example.org/' }) })])).toEqual([
    'public-host-known planka: its variable DOCS_URL names docs.example.org, which no service of the stack answers; use the address of a service that is chosen',
  ]);
});

test('names of the stack and of others pass', () => {
  expect(
    findingsOf(publicHostKnown, [
      sampleApp('planka', {
        env: () => ({ SELF: 'https://planka.example.org/x', OTHER: 'https://docs.example.net/', ROOT: 'https://example.org/' }),
      }),
    ]),
  ).toEqual([]);
});
