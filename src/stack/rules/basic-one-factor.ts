import type { Rule } from './rule.ts';
import { about } from './rule.ts';

export const basicOneFactor: Rule = {
  id: 'basic-one-factor',
  why: 'a program that sends name and password with each request has no second factor to show, and would be shut out',
  check: ({ services }) =>
    services
      .filter(({ access }) => access?.kind === 'edge' && access.basic && access.secondFactor)
      .map(({ name, override }) =>
        about(
          name,
          'programs sign in here with name and password, so a second factor would shut them out',
          override.secondFactor === true ? 'remove second_factor' : 'drop secondFactor, or basic, in its definition',
          ...(override.secondFactor === true ? ['second_factor'] : []),
        ),
      ),
};
