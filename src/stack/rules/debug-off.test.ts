import { expect, test } from 'vitest';
import { findingsOf, problemsOf, sampleApp } from '../sample.ts';
import { debugOff } from './debug-off.ts';

test('a mode for developers is refused', () => {
  expect(problemsOf([sampleApp('planka', { env: () => ({ APP_DEBUG: true }) })])).toEqual([
    'debug-off planka: its variable APP_DEBUG puts it into a mode for developers; leave it out',
  ]);
});

test('its absence passes', () => {
  expect(
    findingsOf(debugOff, [sampleApp('planka', { env: () => ({ APP_DEBUG: false, NODE_ENV: 'production', DEBUG: 'app:*' }) })]),
  ).toEqual([]);
});
