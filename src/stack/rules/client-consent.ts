import type { Rule } from './rule.ts';
import { aboutClient } from './rule.ts';

const durationPattern = /^[1-9]\d{0,3} (?:hours?|days?|weeks?|months?|years?)$/;

export const clientConsent: Rule = {
  id: 'client-consent',
  why: 'the sign-on server would not start, or the owner would believe that consent lasts otherwise than it does',
  check: ({ clients }) =>
    clients.flatMap((client) => {
      const { consent, consentDuration } = client;
      if (consentDuration === undefined) return [];
      if (consent !== 'pre-configured') {
        const why = `consent_duration has no effect where consent is ${consent}`;
        return [aboutClient(client, why, 'write consent: pre-configured, or remove consent_duration', 'consent_duration')];
      }
      if (durationPattern.test(consentDuration)) return [];
      return [
        aboutClient(
          client,
          `${JSON.stringify(consentDuration)} is no duration`,
          'write one such as 12 hours, 30 days or 1 year',
          'consent_duration',
        ),
      ];
    }),
};
