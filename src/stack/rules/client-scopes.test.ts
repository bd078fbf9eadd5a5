import { expect, test } from 'vitest';
import { findingsOfClient } from '../sample.ts';
import { clientScopes } from './client-scopes.ts';

test.each([[{ scopes: ['profile', 'groups'] }, 'clients.grafana.scopes: its scopes do not have openid; add openid, or leave scopes out']])(
  'scopes without openid are refused: %j',
  (parts, told) => {
    expect(findingsOfClient(clientScopes, parts)).toEqual([told]);
  },
);

test.each([[{}], [{ scopes: ['openid'] }]])('%j passes', (parts) => {
  expect(findingsOfClient(clientScopes, parts)).toEqual([]);
});
