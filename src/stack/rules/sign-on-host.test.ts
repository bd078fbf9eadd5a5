import { expect, test } from 'vitest';
import { findingsOf, sampleProvider, sampleSignOn } from '../sample.ts';
import { signOnHost } from './sign-on-host.ts';

test('sign-on without a public name is refused', () => {
  expect(findingsOf(signOnHost, [sampleProvider('gate', 'sign-on', 9091)])).toEqual([
    'gate: does sign-on and has no public name; give its definition a route',
  ]);
});

test('sign-on behind sign-on is refused', () => {
  const circular = { ...sampleSignOn, route: { port: 'web', access: { groups: ['viewer'] as const } } };
  expect(findingsOf(signOnHost, [circular])).toEqual([expect.stringContaining('its own page asks for a sign-in first')]);
});

test('sign-on that is open under the domain passes', () => {
  expect(findingsOf(signOnHost, [sampleSignOn])).toEqual([]);
});
