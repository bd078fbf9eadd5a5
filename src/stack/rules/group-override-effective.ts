import type { Rule } from './rule.ts';
import { about } from './rule.ts';

export const groupOverrideEffective: Rule = {
  id: 'group-override-effective',
  why: 'the owner would believe that others are kept out',
  check: ({ services }) =>
    services
      .filter(({ override, access }) => override.groups !== undefined && !(access && 'groups' in access))
      .map(({ name, service }) => {
        const why = service.route ? 'it decides by itself who may enter, not the sign-on server' : 'it has no route';
        return about(
          name,
          `groups has no effect here: ${why}`,
          service.route ? 'set who may enter in the service itself, and remove groups' : 'remove groups',
          'groups',
        );
      }),
};
