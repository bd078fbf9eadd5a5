import { expect, test } from 'vitest';
import { postgres } from '../../contracts/index.ts';
import { findingsOf, problemsOf, sampleApp, sampleProvider, sampleService } from '../sample.ts';
import { unitReachable } from './unit-reachable.ts';

test('a unit on no common network is refused', () => {
  expect(
    problemsOf([
      sampleProvider('postgresql', 'postgres', 5432),
      sampleService('worker', { needs: { db: postgres() } }),
      sampleApp('planka', { env: () => ({ DATABASE: 'http://postgresql:5432/x' }) }),
    ]),
  ).toEqual([
    'unit-reachable planka: its variable DATABASE names postgresql, with which it has no network in common; state the need for postgresql: it brings the network with it',
  ]);
});

test('one whose need is granted passes', () => {
  expect(
    findingsOf(unitReachable, [
      sampleProvider('postgresql', 'postgres', 5432),
      sampleApp('planka', { needs: { db: postgres() }, env: () => ({ DATABASE: 'http://postgresql:5432/x' }) }),
    ]),
  ).toEqual([]);
});
