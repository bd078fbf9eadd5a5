import { expect, test } from 'vitest';
import { findingsOf, sampleApp, sampleService } from '../sample.ts';
import { hostOverrideEffective } from './host-override-effective.ts';

test('a host for a service without a route is refused', () => {
  expect(findingsOf(hostOverrideEffective, [sampleService('worker')], { overrides: { worker: { host: 'work' } } })).toEqual([
    'worker: host has no effect here: it has no route; remove host',
  ]);
});

test('a host for a service with a route passes', () => {
  expect(findingsOf(hostOverrideEffective, [sampleApp('planka')], { overrides: { planka: { host: 'boards' } } })).toEqual([]);
});
