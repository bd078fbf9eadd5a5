import { expect, test } from 'vitest';
import { findingsOf, sampleApp } from '../sample.ts';
import { workerCommandPresent } from './worker-command-present.ts';

const unit = { health: { command: ['true'] }, limits: { memory: '64MiB', cpus: 1 } } as const;

test('a worker that would be the service once more is refused', () => {
  expect(findingsOf(workerCommandPresent, [sampleApp('social', { workers: { queue: unit } })])).toEqual([
    'social-queue: it has the image of social and no command of its own; give workers.queue a command, or another image',
  ]);
});

test('one with a command or an image of its own passes', () => {
  const workers = { queue: { ...unit, command: () => ['work'] }, think: { ...unit, image: 'example/think:1.0.0' } };
  expect(findingsOf(workerCommandPresent, [sampleApp('social', { workers })])).toEqual([]);
});
