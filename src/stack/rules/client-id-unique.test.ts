import { expect, test } from 'vitest';
import { oidc } from '../../contracts/index.ts';
import { findingsOf, sampleApp, sampleSignOn } from '../sample.ts';
import { clientIdUnique } from './client-id-unique.ts';

const signOn = { ...sampleSignOn, provides: { 'sign-on': { port: 'web' }, oidc: { port: 'web' } } };
const clients = { planka: { redirects: ['https://planka.example.net/callback'] } };

test('an application outside under the id of a service is refused', () => {
  const planka = sampleApp('planka', { needs: { login: oidc({ callback: '/callback' }) } });
  expect(findingsOf(clientIdUnique, [signOn, planka], { declaration: { clients } })).toEqual([
    'clients.planka: the service planka signs people in under the same id; give the application outside another id',
  ]);
});

test('a service that asks for two sign-on clients is refused', () => {
  const planka = sampleApp('planka', { needs: { login: oidc({ callback: '/callback' }), more: oidc({ callback: '/more' }) } });
  expect(findingsOf(clientIdUnique, [signOn, planka])).toEqual([
    'planka: it asks for 2 sign-on clients, which would have one id; keep one of these needs',
  ]);
});

test('an application outside under the id of a service that signs nobody in passes', () => {
  expect(findingsOf(clientIdUnique, [signOn, sampleApp('planka')], { declaration: { clients } })).toEqual([]);
});
