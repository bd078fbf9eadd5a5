import { expect, test } from 'vitest';
import { findingsOfClient } from '../sample.ts';
import { clientResponse } from './client-response.ts';

test.each([
  [
    { responseTypes: ['code', 'id_token'] },
    'clients.grafana.response_types.1: the response type "id_token" puts tokens into an address; write code, and let the application use PKCE',
  ],
  [
    { responseTypes: ['code id_token'] },
    'clients.grafana.response_types.0: the response type "code id_token" puts tokens into an address; write code, and let the application use PKCE',
  ],
  [
    { responseModes: ['fragment'] },
    'clients.grafana.response_modes.0: a code does not come by the response mode fragment; write query or form_post',
  ],
])('an answer other than a code is refused: %j', (parts, told) => {
  expect(findingsOfClient(clientResponse, parts)).toEqual([told]);
});

test.each([[{}], [{ responseTypes: ['code'], responseModes: ['form_post'] }]])('%j passes', (parts) => {
  expect(findingsOfClient(clientResponse, parts)).toEqual([]);
});
