import { expect, test } from 'vitest';
import { findingsOf, sampleApp } from '../sample.ts';
import { workerOverrideEffective } from './worker-override-effective.ts';

const limits = { memory: '256MiB', cpus: 0.5 } as const;
const social = sampleApp('social', { workers: { queue: { command: () => ['work'], health: { command: ['true'] }, limits } } });

test('limits for a worker that its service has pass', () => {
  expect(findingsOf(workerOverrideEffective, [social], { overrides: { social: { workers: { queue: { limits: { cpus: 2 } } } } } })).toEqual(
    [],
  );
});

test('limits for a worker that is not there are refused, with the one that was meant', () => {
  const overrides = { social: { workers: { queu: { limits } } }, planka: { workers: { queue: { limits } } } };
  expect(findingsOf(workerOverrideEffective, [social, sampleApp('planka')], { overrides })).toEqual([
    'planka: it has no worker called "queue"; remove it: this service has no workers',
    'social: it has no worker called "queu"; write queue',
  ]);
});
