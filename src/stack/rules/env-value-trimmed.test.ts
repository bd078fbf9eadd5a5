import { expect, test } from 'vitest';
import { findingsOf, problemsOf, sampleApp } from '../sample.ts';
import { envValueTrimmed } from './env-value-trimmed.ts';

test('a line break at the end of a value is refused', () => {
  expect(problemsOf([sampleApp('planka', { env: () => ({ GREETING: 'hello\n' }) })])).toEqual([
    'env-value-trimmed planka: its variable GREETING begins or ends with white space; take it away',
  ]);
});

test('white space within passes', () => {
  expect(findingsOf(envValueTrimmed, [sampleApp('planka', { env: () => ({ GREETING: 'hello world' }) })])).toEqual([]);
});
