import { expect, test } from 'vitest';
import { findingsOfClient } from '../sample.ts';
import { clientConsent } from './client-consent.ts';

test.each([
  [
    { consentDuration: '30 days' },
    'clients.grafana.consent_duration: consent_duration has no effect where consent is explicit; write consent: pre-configured, or remove consent_duration',
  ],
  [
    { consent: 'implicit', consentDuration: '30 days' },
    'clients.grafana.consent_duration: consent_duration has no effect where consent is implicit; write consent: pre-configured, or remove consent_duration',
  ],
  [
    { consent: 'pre-configured', consentDuration: 'forever' },
    'clients.grafana.consent_duration: "forever" is no duration; write one such as 12 hours, 30 days or 1 year',
  ],
  [
    { consent: 'pre-configured', consentDuration: '0 days' },
    'clients.grafana.consent_duration: "0 days" is no duration; write one such as 12 hours, 30 days or 1 year',
  ],
])('a duration without meaning is refused: %j', (parts, told) => {
  expect(findingsOfClient(clientConsent, parts)).toEqual([told]);
});

test.each([[{}], [{ consent: 'implicit' }], [{ consent: 'pre-configured' }], [{ consent: 'pre-configured', consentDuration: '30 days' }]])(
  '%j passes',
  (parts) => {
    expect(findingsOfClient(clientConsent, parts)).toEqual([]);
  },
);
