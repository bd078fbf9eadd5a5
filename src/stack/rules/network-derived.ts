import type { Rule } from './rule.ts';
import { about, providersOf } from './rule.ts';

export const networkDerived: Rule = {
  id: 'network-derived',
  why: 'a unit on no network can neither be reached nor reach anything',
  from: 'routes led to services with which the proxy shared no network',
  findsAbsence: true,
  check: (stack) => {
    // Of two that scrape neither does; that is told of the two.
    const isContested = providersOf('metrics', stack).length > 1;
    return stack.services
      .filter(({ networks, unmet }) => networks.length === 0 && unmet.length === 0)
      .filter(({ service: { metrics, provides } }) => !isContested || !(metrics || provides?.['metrics']))
      .map(({ name }) =>
        about(
          name,
          'nothing can reach it: it has no route, no need, no metrics that are scraped, and publishes no port',
          'give its definition one of these, or leave it out',
        ),
      );
  },
};
