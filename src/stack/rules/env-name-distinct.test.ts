import { expect, test } from 'vitest';
import { findingsOf, problemsOf, sampleApp } from '../sample.ts';
import { envNameDistinct } from './env-name-distinct.ts';

test('two variables that differ by case are refused', () => {
  expect(problemsOf([sampleApp('planka', { env: () => ({ http_port: 8080, HTTP_PORT: 8080 }) })])).toEqual([
    'env-name-distinct planka: its variables http_port and HTTP_PORT differ only by case; keep the one that its documentation names',
  ]);
});

test('other names pass', () => {
  expect(findingsOf(envNameDistinct, [sampleApp('planka', { env: () => ({ HTTP_PORT: 8080, HTTPS_PORT: 8443 }) })])).toEqual([]);
});
