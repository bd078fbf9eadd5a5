import { expect, test } from 'vitest';
import { findingsOfClient } from '../sample.ts';
import { clientAuthMethod } from './client-auth-method.ts';

test.each([
  [
    { public: true, authMethod: 'client_secret_basic' },
    'clients.grafana.auth_method: it is public, so it has no secret for client_secret_basic; remove auth_method, or public',
  ],
  [
    { authMethod: 'none' },
    'clients.grafana.auth_method: it is not public, so it must prove itself with its secret; write client_secret_basic, or public: true',
  ],
  [
    { authMethod: 'client_secret_jwt' },
    'clients.grafana.auth_method: client_secret_jwt needs the secret itself at the sign-on server, which has its digest only; write client_secret_basic',
  ],
  [
    { authMethod: 'private_key_jwt' },
    'clients.grafana.auth_method: private_key_jwt needs a key of the application, which has no place here; write client_secret_basic',
  ],
])('a way to prove itself that does not fit is refused: %j', (parts, told) => {
  expect(findingsOfClient(clientAuthMethod, parts)).toEqual([told]);
});

test.each([[{}], [{ public: true }], [{ public: true, authMethod: 'none' }], [{ authMethod: 'client_secret_post' }]])(
  '%j passes',
  (parts) => {
    expect(findingsOfClient(clientAuthMethod, parts)).toEqual([]);
  },
);
