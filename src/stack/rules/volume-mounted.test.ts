import { expect, test } from 'vitest';
import { volume } from '../../service/index.ts';
import { findingsOf, sampleService } from '../sample.ts';
import { volumeMounted } from './volume-mounted.ts';

const volumes = { homes: volume('/home', { role: 'data', backup: 'daily', only: 'programs' }) };

test('a volume that is only for a worker that is not there is refused', () => {
  expect(findingsOf(volumeMounted, [sampleService('hub', { volumes })])).toEqual([
    'hub: its volume homes is only for programs, which is none of its workers; name a worker, or leave `only` out',
  ]);
});

test('one that has its worker passes', () => {
  const programs = { health: { command: ['true'] }, limits: { memory: '64MiB', cpus: 1 }, command: () => ['work'] } as const;
  expect(findingsOf(volumeMounted, [sampleService('hub', { volumes, workers: { programs } })])).toEqual([]);
});
