import { expect, test } from 'vitest';
import { authorityCertificate, oidc } from '../../contracts/index.ts';
import { file } from '../../service/index.ts';
import { findingsOf, problemsOf, sampleApp, sampleSecret, sampleSignOn } from '../sample.ts';
import { redirectOwnHost } from './redirect-own-host.ts';

test('a redirect to the name of another service is refused', () => {
  expect(
    problemsOf([
      { ...sampleSignOn, provides: { 'sign-on': { port: 'web' }, oidc: { port: 'web' } } },
      sampleApp('wekan', {}),
      sampleApp('planka', {
        needs: { signIn: oidc({ callback: '/callback' }) },
        env: () => ({
          OIDC_REDIRECT_URI: 'https://wekan.example.org/callback',
          SSL_CERT_FILE: file(authorityCertificate),
          SECRET: sampleSecret('planka.signIn'),
        }),
      }),
    ]),
  ).toEqual([
    'redirect-own-host planka: its variable OIDC_REDIRECT_URI sends people to wekan.example.org, and its own name is planka.example.org; build it from url',
  ]);
});

test('one to its own name passes', () => {
  expect(
    findingsOf(redirectOwnHost, [
      { ...sampleSignOn, provides: { 'sign-on': { port: 'web' }, oidc: { port: 'web' } } },
      sampleApp('planka', {
        needs: { signIn: oidc({ callback: '/callback' }) },
        env: ({ url }) => ({ OIDC_REDIRECT_URI: `${url}/callback`, LOGOUT_REDIRECT_URL: 'https://auth.example.org/' }),
      }),
    ]),
  ).toEqual([]);
});
