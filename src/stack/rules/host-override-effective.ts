import type { Rule } from './rule.ts';
import { about } from './rule.ts';

export const hostOverrideEffective: Rule = {
  id: 'host-override-effective',
  why: 'the owner would wait for a name at which nothing ever answers',
  check: ({ services }) =>
    services
      .filter(({ override, service }) => override.host !== undefined && !service.route)
      .map(({ name }) => about(name, 'host has no effect here: it has no route', 'remove host', 'host')),
};
