import { expect, test } from 'vitest';
import type { Unit } from '../runtime/runtime.ts';
import { sampleService, sampleStack } from '../stack/sample.ts';
import type { ResolvedService } from '../stack/stack.ts';
import type { Past } from './failure.ts';
import { failureOf } from './failure.ts';

function unit(parts: Partial<Unit>): Unit {
  return {
    service: 'app',
    state: 'starting',
    digest: 'a',
    release: 1,
    image: 'app:1',
    imageId: 'sha256:1',
    restarts: 0,
    startedAt: undefined,
    exit: undefined,
    healthOutput: undefined,
    enforced: undefined,
    ...parts,
  };
}

function cause(seen: Unit | undefined, past: Partial<Past> = {}): string | undefined {
  const service: ResolvedService | undefined = sampleStack([sampleService('app')]).services[0];
  return service && failureOf(service, seen, { waitedMs: 0, wasRunning: false, restarts: 0, ...past });
}

test('a unit that was started now and is unhealthy has failed', () => {
  expect(cause(unit({ state: 'unhealthy' }))).toBe('its healthcheck fails');
});

test('a unit that was found unhealthy has half a minute', () => {
  expect(cause(unit({ state: 'unhealthy' }), { wasRunning: true, waitedMs: 29_000 })).toBeUndefined();
  expect(cause(unit({ state: 'unhealthy' }), { wasRunning: true, waitedMs: 31_000 })).toBe('its healthcheck fails');
});

test('the way a unit ended is told', () => {
  expect(cause(unit({ state: 'exited', exit: { code: 2, outOfMemory: false } }))).toBe('it ended with status 2');
  expect(cause(unit({ state: 'exited', exit: { code: 137, outOfMemory: true } }))).toBe('its memory limit was too small, it was ended');
});

test('three restarts are enough, and those before this run do not count', () => {
  const looping = unit({ state: 'restarting', restarts: 4, exit: { code: 1, outOfMemory: false } });
  expect(cause(looping)).toBe('it ended with status 1, 4 times');
  expect(cause(looping, { wasRunning: true, restarts: 2 })).toBeUndefined();
  expect(cause(unit({ state: 'starting', restarts: 3 }))).toBe('it ended, 3 times');
});

test('the time-out says what was seen last', () => {
  expect(cause(unit({ state: 'starting', restarts: 1 }), { waitedMs: 60_001 })).toBe(
    'it was not healthy within 60 s (last seen: starting, restarted 1 times)',
  );
  expect(cause(undefined, { waitedMs: 60_001 })).toBe('it was not healthy within 60 s (last seen: absent)');
  expect(cause(undefined, { waitedMs: 60_000 })).toBeUndefined();
});
