import { expect, test } from 'vitest';
import type { Secret } from '../../service/index.ts';
import { text } from '../../service/index.ts';
import { secret } from '../../contracts/index.ts';
import { findingsOf, sampleService, sampleStack } from '../sample.ts';
import { envValueValid } from './env-value-valid.ts';

test.each([undefined, null, Number.NaN, Number.POSITIVE_INFINITY, 'a\0b', {}, () => 'x'])('the value %s is refused', (value) => {
  const service = sampleService('planka', { env: () => ({ KEY: value }) as never });
  const broken = sampleStack([service]).services[0]?.broken;
  expect([...findingsOf(envValueValid, [service]), broken].filter((found) => found !== undefined)).toHaveLength(1);
});

test('text, numbers, booleans and secrets pass', () => {
  const needs = { key: secret({ kind: 'hex', bytes: 8 }) };
  expect(
    findingsOf(envValueValid, [
      sampleService('planka', { needs, env: ({ key }) => ({ A: '', B: 0, C: false, D: key as Secret, E: text`x${key as Secret}` }) }),
    ]),
  ).toEqual([]);
});
