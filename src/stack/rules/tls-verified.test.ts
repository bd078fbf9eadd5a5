import { expect, test } from 'vitest';
import { findingsOf, problemsOf, sampleApp } from '../sample.ts';
import { tlsVerified } from './tls-verified.ts';

test('a client that believes every certificate is refused', () => {
  expect(problemsOf([sampleApp('planka', { env: () => ({ NODE_TLS_REJECT_UNAUTHORIZED: 0 }) })])).toEqual([
    'tls-verified planka: its variable NODE_TLS_REJECT_UNAUTHORIZED makes it believe every certificate; give it the authority that signed, and leave this out',
  ]);
});

test('one that asks passes', () => {
  expect(
    findingsOf(tlsVerified, [
      sampleApp('planka', { env: () => ({ NODE_TLS_REJECT_UNAUTHORIZED: 1, LDAP_TLS_SKIP_VERIFY: false, VERIFY_SSL: true }) }),
    ]),
  ).toEqual([]);
});
