import { expect, test } from 'vitest';
import { http } from '../../service/index.ts';
import { findingsOf, problemsOf, sampleApp } from '../sample.ts';
import { portNumberUnique } from './port-number-unique.ts';

test('a number with two names is refused', () => {
  expect(problemsOf([sampleApp('planka', { ports: { web: http(8080), api: http(8080) } })])).toEqual([
    'port-number-unique planka: its ports web and api are both 8080/tcp; keep one of them, or correct its number',
  ]);
});

test('one for tcp and one for udp pass', () => {
  expect(
    findingsOf(portNumberUnique, [sampleApp('planka', { ports: { web: http(8080), fast: { protocol: 'udp', number: 8080 } } })]),
  ).toEqual([]);
});
