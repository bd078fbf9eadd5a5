import { expect, test } from 'vitest';
import { findingsOf, problemsOf, sampleApp } from '../sample.ts';
import { healthSaysSomething } from './health-says-something.ts';

test('a health check that cannot fail is refused', () => {
  expect(problemsOf([sampleApp('planka', { health: { command: ['sh', '-c', 'curl localhost || true'] } })])).toEqual([
    'health-says-something planka: its health check succeeds whatever the state of the service; ask a port, a path, or a command that can fail',
  ]);
});

test('one that can fail passes', () => {
  expect(
    findingsOf(healthSaysSomething, [
      sampleApp('planka', { health: { command: ['sh', '-c', 'test -e /ready'] } }),
      sampleApp('wekan', { health: { command: ['pg_isready'] } }),
    ]),
  ).toEqual([]);
});
