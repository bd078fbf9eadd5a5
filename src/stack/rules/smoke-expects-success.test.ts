import { expect, test } from 'vitest';
import { findingsOf, problemsOf, sampleApp } from '../sample.ts';
import { smokeExpectsSuccess } from './smoke-expects-success.ts';

test('a first use that ought to fail is refused', () => {
  expect(problemsOf([sampleApp('planka', { smoke: { path: '/broken', expect: { status: 500 } } })])).toEqual([
    'smoke-expects-success planka: its smoke test expects the status 500; expect what a working service answers',
  ]);
});

test('one that is turned away at the door passes', () => {
  expect(
    findingsOf(smokeExpectsSuccess, [
      sampleApp('planka', { smoke: { path: '/api', expect: { status: 401 } } }),
      sampleApp('wekan', { smoke: { command: ['app', 'check'] } }),
    ]),
  ).toEqual([]);
});
