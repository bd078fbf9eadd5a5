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

test('a provider of credentials whose need is not stated is refused, though other needs share its network', () => {
  const services = [
    sampleProvider('postgresql', 'postgres', 5432),
    sampleProvider('valkey', 'valkey', 6379),
    sampleApp('planka', { needs: { db: postgres() }, env: () => ({ CACHE: 'redis://valkey:6379' }) }),
  ];
  expect(problemsOf(services)).toEqual([
    'unit-reachable planka: its variable CACHE names valkey, for which its definition states no need; state the need for valkey, and use the address and the credential that it grants',
  ]);
});

test('a worker stands on the needs of its service', () => {
  const queue = {
    health: { command: ['is-ready'] },
    limits: { memory: '64MiB', cpus: 1 },
    command: () => ['work'],
    env: () => ({ DATABASE: 'postgres://postgresql:5432/x' }),
  } as const;
  expect(
    findingsOf(unitReachable, [
      sampleProvider('postgresql', 'postgres', 5432),
      sampleApp('planka', { needs: { db: postgres() }, workers: { queue } }),
    ]),
  ).toEqual([]);
});
