import { expect, test } from 'vitest';
import { findingsOf, sampleService } from '../sample.ts';
import { limitsPresent } from './limits-present.ts';

test('limits with which no container starts are refused, each by itself', () => {
  const starved = sampleService('planka', { limits: { memory: '5MiB', cpus: 0, pids: 0 } });
  expect(findingsOf(limitsPresent, [starved])).toHaveLength(3);
});

test('an override that takes the memory away is refused, and one that gives it passes', () => {
  expect(findingsOf(limitsPresent, [sampleService('planka')], { overrides: { planka: { limits: { memory: '1MiB' } } } })).toEqual([
    expect.stringContaining('less than 6 MiB'),
  ]);
  expect(findingsOf(limitsPresent, [sampleService('planka')], { overrides: { planka: { limits: { memory: '6MiB' } } } })).toEqual([]);
});
