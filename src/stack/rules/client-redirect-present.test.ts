import { expect, test } from 'vitest';
import { findingsOfClient } from '../sample.ts';
import { clientRedirectPresent } from './client-redirect-present.ts';

test.each([
  [
    { redirects: [] },
    'clients.grafana.redirects: it names no address to come back to; write the address that its documentation calls redirect or callback',
  ],
])('an application without a way back is refused: %j', (parts, told) => {
  expect(findingsOfClient(clientRedirectPresent, parts)).toEqual([told]);
});

test.each([[{}]])('%j passes', (parts) => {
  expect(findingsOfClient(clientRedirectPresent, parts)).toEqual([]);
});
