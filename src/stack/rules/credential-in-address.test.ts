import { expect, test } from 'vitest';
import { text } from '../../service/index.ts';
import { findingsOf, problemsOf, sampleApp, sampleSecret } from '../sample.ts';
import { credentialInAddress } from './credential-in-address.ts';

test('an address with a password in clear is refused', () => {
  expect(problemsOf([sampleApp('planka', { env: () => ({ CACHE: 'redis://app:hunter2@cache.example.net:6379/0' }) })])).toEqual([
    'credential-in-address planka: its variable CACHE has an address with a password in clear; use the address that a need grants, or put a secret into it',
  ]);
});

test('one whose password is a secret passes, and one without a password', () => {
  expect(
    findingsOf(credentialInAddress, [
      sampleApp('planka', {
        env: () => ({
          CACHE: text`redis://app:${sampleSecret('planka.x')}@cache:6379/0`,
          OTHER: 'redis://app@cache:6379',
          TIME: 'http://a:80/b@c',
        }),
      }),
    ]),
  ).toEqual([]);
});
