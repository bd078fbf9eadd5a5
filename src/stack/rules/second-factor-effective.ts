import type { Rule } from './rule.ts';
import { about } from './rule.ts';

export const secondFactorEffective: Rule = {
  id: 'second-factor-effective',
  why: 'the owner would believe that a stolen password is not enough',
  check: ({ services }) =>
    services
      .filter(({ override, access }) => override.secondFactor !== undefined && !(access && 'groups' in access))
      .map(({ name, service }) => {
        const why = service.route ? 'it decides by itself who may enter, not the sign-on server' : 'it has no route';
        return about(name, `second_factor has no effect here: ${why}`, 'remove second_factor', 'second_factor');
      }),
};
