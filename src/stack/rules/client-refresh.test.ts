import { expect, test } from 'vitest';
import { findingsOfClient } from '../sample.ts';
import { clientRefresh } from './client-refresh.ts';

test.each([
  [
    { scopes: ['openid', 'offline_access'], grants: ['authorization_code'] },
    'clients.grafana.grants: it has the scope offline_access without the grant refresh_token; add refresh_token, or remove the scope',
  ],
  [
    { grants: ['authorization_code', 'refresh_token'] },
    'clients.grafana.scopes: it has the grant refresh_token without the scope offline_access; add offline_access, or remove the grant',
  ],
])('one without the other is refused: %j', (parts, told) => {
  expect(findingsOfClient(clientRefresh, parts)).toEqual([told]);
});

test.each([
  [{}],
  [{ scopes: ['openid', 'offline_access'] }],
  [{ scopes: ['openid', 'offline_access'], grants: ['authorization_code', 'refresh_token'] }],
])('%j passes', (parts) => {
  expect(findingsOfClient(clientRefresh, parts)).toEqual([]);
});
