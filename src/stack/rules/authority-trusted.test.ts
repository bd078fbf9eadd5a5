import { expect, test } from 'vitest';
import { authorityCertificate, oidc, publicOidc } from '../../contracts/index.ts';
import { file } from '../../service/index.ts';
import { findingsOf, problemsOf, sampleApp, sampleSecret, sampleSignOn } from '../sample.ts';
import { authorityTrusted } from './authority-trusted.ts';

test('an app that asks the sign-on server and does not know who signs for it is refused', () => {
  expect(
    problemsOf([
      { ...sampleSignOn, provides: { 'sign-on': { port: 'web' }, oidc: { port: 'web' } } },
      sampleApp('planka', {
        needs: { signIn: oidc({ callback: '/callback' }) },
        route: { port: 'web', access: { login: 'signIn', groups: ['viewer'], start: '/login' } },
        env: () => ({ SECRET: sampleSecret('planka.signIn') }),
      }),
    ]),
  ).toEqual([
    'authority-trusted planka: it asks the sign-on server and is not given the authority that signs its certificate; mount it where the app looks, such as SSL_CERT_FILE: file(signIn.authority)',
  ]);
});

test('one that is told passes, and so does one of which only the browser asks', () => {
  expect(
    findingsOf(authorityTrusted, [
      { ...sampleSignOn, provides: { 'sign-on': { port: 'web' }, oidc: { port: 'web' } } },
      sampleApp('planka', {
        needs: { signIn: oidc({ callback: '/callback' }) },
        env: () => ({ SSL_CERT_FILE: file(authorityCertificate) }),
      }),
      sampleApp('element', { needs: { signIn: publicOidc({ callback: '/callback' }) } }),
    ]),
  ).toEqual([]);
});

test('with certificates of a public authority nothing has to be told', () => {
  expect(
    findingsOf(
      authorityTrusted,
      [
        { ...sampleSignOn, provides: { 'sign-on': { port: 'web' }, oidc: { port: 'web' } } },
        sampleApp('planka', { needs: { signIn: oidc({ callback: '/callback' }) } }),
      ],
      { declaration: { tls: { acme: { email: 'anna@example.org' } } } },
    ),
  ).toEqual([]);
});
