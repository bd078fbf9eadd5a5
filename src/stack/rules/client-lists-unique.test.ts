import { expect, test } from 'vitest';
import { findingsOfClient } from '../sample.ts';
import { clientListsUnique } from './client-lists-unique.ts';

test.each([
  [
    { redirects: ['https://a.example/', 'https://b.example/', 'https://a.example/'] },
    'clients.grafana.redirects.2: "https://a.example/" stands here a second time; keep one of the two',
  ],
  [{ scopes: ['openid', 'openid'] }, 'clients.grafana.scopes.1: "openid" stands here a second time; keep one of the two'],
  [
    { grants: ['authorization_code', 'authorization_code'] },
    'clients.grafana.grants.1: "authorization_code" stands here a second time; keep one of the two',
  ],
  [{ responseModes: ['query', 'query'] }, 'clients.grafana.response_modes.1: "query" stands here a second time; keep one of the two'],
  [
    { audience: ['https://a.example', 'https://a.example'] },
    'clients.grafana.audience.1: "https://a.example" stands here a second time; keep one of the two',
  ],
])('a word that stands twice is refused: %j', (parts, told) => {
  expect(findingsOfClient(clientListsUnique, parts)).toEqual([told]);
});

test.each([[{}], [{ redirects: ['https://a.example/', 'https://a.example'] }]])('%j passes', (parts) => {
  expect(findingsOfClient(clientListsUnique, parts)).toEqual([]);
});
