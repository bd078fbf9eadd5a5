import { expect, test } from 'vitest';
import { findingsOfClient } from '../sample.ts';
import { clientPkce } from './client-pkce.ts';

test.each([
  [
    { public: true, requirePkce: false },
    'clients.grafana.require_pkce: it is public, and only PKCE keeps its codes from others; remove require_pkce',
  ],
])('a public application without PKCE is refused: %j', (parts, told) => {
  expect(findingsOfClient(clientPkce, parts)).toEqual([told]);
});

test.each([[{}], [{ public: true }], [{ public: true, requirePkce: true }], [{ requirePkce: false }]])('%j passes', (parts) => {
  expect(findingsOfClient(clientPkce, parts)).toEqual([]);
});
