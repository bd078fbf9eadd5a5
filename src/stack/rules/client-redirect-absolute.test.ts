import { expect, test } from 'vitest';
import { oidc } from '../../contracts/index.ts';
import { findingsOf, findingsOfClient, sampleService, sampleSignOn } from '../sample.ts';
import { clientRedirectAbsolute } from './client-redirect-absolute.ts';

test.each([
  [
    { redirects: ['/callback'] },
    'clients.grafana.redirects.0: "/callback" is no whole address; write it whole, such as https://app.example.net/callback',
  ],
  [
    { redirects: ['grafana.example.net/callback'] },
    'clients.grafana.redirects.0: "grafana.example.net/callback" is no whole address; write it whole, such as https://app.example.net/callback',
  ],
  [
    { redirects: ['https://'] },
    'clients.grafana.redirects.0: "https://" is no whole address; write it whole, such as https://app.example.net/callback',
  ],
  [
    { postLogoutRedirects: ['//evil.example'] },
    'clients.grafana.post_logout_redirects.0: "//evil.example" is no whole address; write it whole, such as https://app.example.net/callback',
  ],
])('what is no whole address is refused: %j', (parts, told) => {
  expect(findingsOfClient(clientRedirectAbsolute, parts)).toEqual([told]);
});

test.each([[{}], [{ public: true, redirects: ['org.example.app:/callback'] }]])('%j passes', (parts) => {
  expect(findingsOfClient(clientRedirectAbsolute, parts)).toEqual([]);
});

test('a service that signs people in and has no address of its own is refused', () => {
  const signOn = { ...sampleSignOn, provides: { 'sign-on': { port: 'web' }, oidc: { port: 'web' } } };
  const worker = sampleService('worker', { needs: { login: oidc({ callback: '/callback' }) } });
  expect(findingsOf(clientRedirectAbsolute, [signOn, worker])).toEqual([
    'worker: "/callback" is no whole address; write it whole, such as https://app.example.net/callback',
  ]);
});
