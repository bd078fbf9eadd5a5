import { expect, test } from 'vitest';
import { findingsOfClient } from '../sample.ts';
import { clientRedirectScheme } from './client-redirect-scheme.ts';

test.each([
  [
    { redirects: ['http://grafana.example.net/callback'] },
    'clients.grafana.redirects.0: "http://grafana.example.net/callback" is not encrypted; write https://; plain http is for 127.0.0.1, [::1] and localhost only',
  ],
  [
    { redirects: ['http://localhost.evil.example/'] },
    'clients.grafana.redirects.0: "http://localhost.evil.example/" is not encrypted; write https://; plain http is for 127.0.0.1, [::1] and localhost only',
  ],
  [
    { redirects: ['org.example.app:/callback'] },
    'clients.grafana.redirects.0: "org.example.app:/callback" has a scheme of a program on the person’s machine, which keeps no secret; write public: true, or an https:// address',
  ],
  [
    { public: true, redirects: ['javascript:alert(1)'] },
    'clients.grafana.redirects.0: "javascript:alert(1)" has the scheme javascript:, which belongs to no application; use a reversed domain name such as org.example.app:/callback',
  ],
  [
    { public: true, redirects: ['urn:ietf:wg:oauth:2.0:oob'] },
    'clients.grafana.redirects.0: "urn:ietf:wg:oauth:2.0:oob" shows the code to the person instead of sending it, which no sign-on server should do; use an address on 127.0.0.1',
  ],
])('a scheme that gives the code away is refused: %j', (parts, told) => {
  expect(findingsOfClient(clientRedirectScheme, parts)).toEqual([told]);
});

test.each([
  [{}],
  [{ redirects: ['http://127.0.0.1:3000/cb', 'http://[::1]/cb', 'http://localhost/cb'] }],
  [{ public: true, redirects: ['org.example.app:/callback'] }],
])('%j passes', (parts) => {
  expect(findingsOfClient(clientRedirectScheme, parts)).toEqual([]);
});
