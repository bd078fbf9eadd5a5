import { expect, test } from 'vitest';
import { findingsOf, sampleService } from '../sample.ts';
import { envNameValid } from './env-name-valid.ts';

test.each(['', '1A', 'A-B', 'A B', 'A=B', 'A\nB', 'Ä'])('the variable %j is refused', (variable) => {
  expect(findingsOf(envNameValid, [sampleService('planka', { env: () => ({ [variable]: 'x' }) })])).toHaveLength(1);
});

test('the names that shells take pass', () => {
  expect(findingsOf(envNameValid, [sampleService('planka', { env: () => ({ A: 1, _b2: true, PLANKA__URL: 'x' }) })])).toEqual([]);
});
