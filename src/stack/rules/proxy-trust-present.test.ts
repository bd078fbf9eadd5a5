import { expect, test } from 'vitest';
import { findingsOf, problemsOf, sampleApp } from '../sample.ts';
import { proxyTrustPresent } from './proxy-trust-present.ts';

test('a service that trusts no proxy is refused', () => {
  expect(problemsOf([sampleApp('planka', { env: () => ({ TRUSTED_PROXIES: '' }) })])).toEqual([
    'proxy-trust-present planka: its variable TRUSTED_PROXIES trusts no proxy at all; name the networks from which the edge comes, or leave it out',
  ]);
});

test('one that names networks passes', () => {
  expect(
    findingsOf(proxyTrustPresent, [sampleApp('planka', { env: () => ({ TRUSTED_PROXIES: '172.16.0.0/12', REAL_IP_HEADER: '' }) })]),
  ).toEqual([]);
});
