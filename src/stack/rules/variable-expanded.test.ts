import { expect, test } from 'vitest';
import { findingsOf, problemsOf, sampleApp } from '../sample.ts';
import { variableExpanded } from './variable-expanded.ts';

test('words for a shell that nobody runs are refused', () => {
  expect(problemsOf([sampleApp('planka', { env: () => ({ DATA: '$HOME/data' }) })])).toEqual([
    'variable-expanded planka: its variable DATA holds $HOME, which nothing replaces; write the value itself, or what a need grants',
  ]);
});

test('other dollars pass', () => {
  expect(
    findingsOf(variableExpanded, [
      sampleApp('planka', { env: () => ({ HASH: '$2b$12$abc', PRICE: '5$', EMBED: '$__file{/run/x}', GROUP: '$1' }) }),
    ]),
  ).toEqual([]);
});
