import { expect, test } from 'vitest';
import { findingsOf, problemsOf, sampleApp } from '../sample.ts';
import { ownAddressSecure } from './own-address-secure.ts';

test('the plain address of a public name is refused', () => {
  expect(problemsOf([sampleApp('planka', { env: () => ({ BASE_URL: 'http://planka.example.org/' }) })])).toEqual([
    'own-address-secure planka: its variable BASE_URL names http://planka.example.org, which is served by https alone; write https://planka.example.org, or use url',
  ]);
});

test('the safe address passes, and any address inside', () => {
  expect(
    findingsOf(ownAddressSecure, [
      sampleApp('planka', { env: ({ url }) => ({ BASE_URL: url, SELF: 'http://127.0.0.1:8080', OTHER: 'http://example.net/' }) }),
    ]),
  ).toEqual([]);
});
