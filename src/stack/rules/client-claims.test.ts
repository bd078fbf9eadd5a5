import { expect, test } from 'vitest';
import { findingsOfClient } from '../sample.ts';
import { clientClaims } from './client-claims.ts';

test.each([
  [
    { scopes: ['openid'], idTokenClaims: ['groups'] },
    'clients.grafana.id_token_claims.0: the claim groups comes with the scope groups, which it does not have; add the scope groups, or remove the claim',
  ],
  [
    { scopes: ['openid', 'email'], idTokenClaims: ['email', 'name'] },
    'clients.grafana.id_token_claims.1: the claim name comes with the scope profile, which it does not have; add the scope profile, or remove the claim',
  ],
  [
    { idTokenClaims: ['constructor'] },
    'clients.grafana.id_token_claims.0: there is no claim constructor; the claims are groups, email, email_verified, name, preferred_username',
  ],
])('a claim without its scope is refused: %j', (parts, told) => {
  expect(findingsOfClient(clientClaims, parts)).toEqual([told]);
});

test.each([[{}], [{ idTokenClaims: ['groups', 'email', 'name'] }]])('%j passes', (parts) => {
  expect(findingsOfClient(clientClaims, parts)).toEqual([]);
});
