import { expect, test } from 'vitest';
import { findingsOf, sampleSignOn } from '../sample.ts';
import { clientSignOutEffective } from './client-sign-out-effective.ts';

const redirects = ['https://grafana.example.net/callback'];
const declaration = { clients: { grafana: { redirects, postLogoutRedirects: ['https://grafana.example.net/'] }, wiki: { redirects } } };
const signOn = (oidc: Record<string, string>): typeof sampleSignOn => ({ ...sampleSignOn, provides: { oidc: { port: 'web', ...oidc } } });

test('an address for after signing out is refused where the sign-on server has no such thing', () => {
  expect(findingsOf(clientSignOutEffective, [signOn({})], { declaration })).toEqual([
    'clients.grafana: post_logout_redirects has no effect: gate lets no application sign people out; remove post_logout_redirects',
  ]);
});

test('it passes where it has', () => {
  expect(findingsOf(clientSignOutEffective, [signOn({ signOut: 'yes' })], { declaration })).toEqual([]);
});
