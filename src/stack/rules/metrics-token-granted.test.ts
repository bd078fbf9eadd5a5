import { expect, test } from 'vitest';
import { secret } from '../../contracts/index.ts';
import { findingsOf, sampleApp } from '../sample.ts';
import { metricsTokenGranted } from './metrics-token-granted.ts';

const metrics = { port: 'web', path: '/metrics', token: 'key' } as const;

test('a token that is a secret of the service passes, and so do figures without one', () => {
  const key = secret({ kind: 'hex', bytes: 32 });
  const { token: _, ...open } = metrics;
  expect(findingsOf(metricsTokenGranted, [sampleApp('one', { metrics, needs: { key } }), sampleApp('two', { metrics: open })])).toEqual([]);
});

test('a token that is no secret of the service is refused', () => {
  expect(findingsOf(metricsTokenGranted, [sampleApp('one', { metrics })])).toEqual([
    'one: the token of its metrics is key, which is no secret that it needs; add key: secret({ … }) under needs',
  ]);
});
