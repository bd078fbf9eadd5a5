import { expect, test } from 'vitest';
import { findingsOf, problemsOf, sampleApp } from '../sample.ts';
import { healthPathAnswers } from './health-path-answers.ts';

test('a health check of a page that asks for a login is refused', () => {
  expect(
    problemsOf([sampleApp('planka', { health: { port: 'web', path: '/api' }, smoke: { path: '/api', expect: { status: 401 } } })]),
  ).toEqual([
    'health-path-answers planka: its health check asks /api, which answers 401 by its own smoke test; ask a path that answers everybody, or its port alone',
  ]);
});

test('another path passes, and the same one that answers', () => {
  expect(
    findingsOf(healthPathAnswers, [
      sampleApp('planka', { health: { port: 'web', path: '/health' }, smoke: { path: '/api', expect: { status: 401 } } }),
      sampleApp('wekan', { health: { port: 'web', path: '/' }, smoke: { path: '/', expect: { text: 'x' } } }),
    ]),
  ).toEqual([]);
});
