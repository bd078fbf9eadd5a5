import { expect, test } from 'vitest';
import { findingsOf, sampleApp } from '../sample.ts';
import { workerNameFree } from './worker-name-free.ts';

const queue = { health: { command: ['true'] }, limits: { memory: '64MiB', cpus: 1 }, command: () => ['work'] } as const;

test('a worker whose unit has the name of a service is refused', () => {
  expect(findingsOf(workerNameFree, [sampleApp('social', { workers: { queue } }), sampleApp('social-queue')])).toEqual([
    'social: its worker queue would be the unit social-queue, and so is the service social-queue; call the worker something else',
  ]);
});

test('two workers that would be one unit are refused', () => {
  const services = [sampleApp('a', { workers: { 'b-c': queue } }), sampleApp('a-b', { workers: { c: queue } })];
  expect(findingsOf(workerNameFree, services)).toEqual([
    'a-b: its worker c would be the unit a-b-c, and so is a worker of a; call the worker something else',
  ]);
});

test('names of their own pass', () => {
  expect(findingsOf(workerNameFree, [sampleApp('social', { workers: { queue } }), sampleApp('planka')])).toEqual([]);
});
