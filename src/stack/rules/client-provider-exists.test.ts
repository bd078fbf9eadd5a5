import { expect, test } from 'vitest';
import { findingsOf, sampleSignOn } from '../sample.ts';
import { clientProviderExists } from './client-provider-exists.ts';

const signOn = { ...sampleSignOn, provides: { 'sign-on': { port: 'web' }, oidc: { port: 'web' } } };
const declaration = { clients: { grafana: { redirects: ['https://grafana.example.net/callback'] } } };
const message = 'clients: no chosen service signs people in with OpenID Connect';

test('applications outside without a sign-on server are refused', () => {
  expect(findingsOf(clientProviderExists, [], { declaration, others: [signOn] })).toEqual([`${message}; add gate under services:`]);
  expect(findingsOf(clientProviderExists, [sampleSignOn], { declaration })).toEqual([
    `${message}; define a service in services/ that provides oidc`,
  ]);
});

test('with one they pass, and so does a cluster without any', () => {
  expect(findingsOf(clientProviderExists, [signOn], { declaration })).toEqual([]);
  expect(findingsOf(clientProviderExists, [])).toEqual([]);
});
