import { expect, test } from 'vitest';
import { findingsOfClient } from '../sample.ts';
import { clientAudience } from './client-audience.ts';

test.each([
  [{ audience: ['grafana'] }, 'clients.grafana.audience.0: "grafana" is no address of a service; write it as https://api.example.net'],
  [
    { audience: ['https://a.example', 'http://b.example'] },
    'clients.grafana.audience.1: "http://b.example" is no address of a service; write it as https://api.example.net',
  ],
  [
    { audience: ['https://a.example/#x'] },
    'clients.grafana.audience.0: "https://a.example/#x" is no address of a service; write it as https://api.example.net',
  ],
])('what is no address of a service is refused: %j', (parts, told) => {
  expect(findingsOfClient(clientAudience, parts)).toEqual([told]);
});

test.each([[{}], [{ audience: ['https://api.example.net/v1'] }]])('%j passes', (parts) => {
  expect(findingsOfClient(clientAudience, parts)).toEqual([]);
});
