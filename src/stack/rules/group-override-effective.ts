import type { Rule } from './rule.ts';
import { about } from './rule.ts';

export const groupOverrideEffective: Rule = {
  id: 'group-override-effective',
  why: 'the owner would believe that others are kept out',
  check: ({ services }) =>
    services
      .filter(({ override, groups }) => override.groups !== undefined && groups === undefined)
      .map(({ name, service }) => {
        const why = service.route ? 'it decides by itself who may enter, not the edge' : 'it has no route';
        return about(
          name,
          `groups has no effect here: ${why}`,
          service.route ? 'set who may enter in the service itself, and remove groups' : 'remove groups',
          'groups',
        );
      }),
};
