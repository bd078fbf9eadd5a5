import { expect, test } from 'vitest';
import { findingsOfClient } from '../sample.ts';
import { clientRedirectExact } from './client-redirect-exact.ts';

test.each([
  ['https://a.example/cb#x', 'has a fragment, which no browser sends'],
  ['https://*.example/cb', 'has a placeholder, and there are no patterns here'],
  ['https://a.example/{id}', 'has a placeholder, and there are no patterns here'],
  ['https://a.example/a b', 'has a space, a backslash or a letter beyond ASCII'],
  ['https://a.example\\@evil.example/', 'has a space, a backslash or a letter beyond ASCII'],
  ['https://bücher.example/', 'has a space, a backslash or a letter beyond ASCII'],
  [' https://a.example/', 'has a space, a backslash or a letter beyond ASCII'],
  ['https://a.example/%zz', 'has a % that stands for nothing'],
  ['https://a.example@evil.example/', 'has a user name in it'],
  ['https://a.example/cb/../x', 'has a path that reads as another'],
  ['https://a.example/%2e%2E/x', 'has a path that reads as another'],
  ['https://a.example/a%2Fb', 'has a path that reads as another'],
  ['https://A.example/cb', 'reads as https://a.example/cb'],
  ['https:a.example/cb', 'reads as https://a.example/cb'],
])('%j %s', (address, why) => {
  const told = `${JSON.stringify(address)} ${why}; write the one address that the application sends`;
  expect(findingsOfClient(clientRedirectExact, { redirects: [address] })).toEqual([`clients.grafana.redirects.0: ${told}`]);
  expect(findingsOfClient(clientRedirectExact, { postLogoutRedirects: [address] })).toEqual([
    `clients.grafana.post_logout_redirects.0: ${told}`,
  ]);
});

test.each([
  'https://a.example',
  'https://a.example:8443/cb?x=1&y=%20z',
  'http://[::1]:3000/cb',
  'org.example.app:/callback',
  'https://a.example/.well-known/cb',
])('%s passes', (address) => {
  expect(findingsOfClient(clientRedirectExact, { redirects: [address] })).toEqual([]);
});
