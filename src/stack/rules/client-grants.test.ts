import { expect, test } from 'vitest';
import { findingsOfClient } from '../sample.ts';
import { clientGrants } from './client-grants.ts';

test.each([
  [
    { grants: ['authorization_code', 'implicit'] },
    'clients.grafana.grants.1: no sign-on server here gives tokens by implicit; keep authorization_code and refresh_token',
  ],
  [
    { grants: ['authorization_code', 'client_credentials'] },
    'clients.grafana.grants.1: no sign-on server here gives tokens by client_credentials; keep authorization_code and refresh_token',
  ],
  [
    { grants: ['refresh_token'] },
    'clients.grafana.grants: its grants do not have authorization_code; add authorization_code, or leave grants out',
  ],
])('a grant that is not offered is refused: %j', (parts, told) => {
  expect(findingsOfClient(clientGrants, parts)).toEqual([told]);
});

test.each([[{}], [{ grants: ['authorization_code', 'refresh_token'] }]])('%j passes', (parts) => {
  expect(findingsOfClient(clientGrants, parts)).toEqual([]);
});
