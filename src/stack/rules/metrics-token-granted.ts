import type { Rule } from './rule.ts';
import { about } from './rule.ts';

export const metricsTokenGranted: Rule = {
  id: 'metrics-token-granted',
  why: 'whoever collects figures would be mounted a secret that has no value',
  check: ({ services }) =>
    services.flatMap(({ name, service: { metrics, needs = {} } }) => {
      const token = metrics?.token;
      if (token === undefined || (Object.hasOwn(needs, token) && needs[token]?.kind === 'secret')) return [];
      return [
        about(name, `the token of its metrics is ${token}, which is no secret that it needs`, `add ${token}: secret({ … }) under needs`),
      ];
    }),
};
