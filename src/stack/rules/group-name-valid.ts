import { groupsNamedBy } from '../access.ts';
import { patterns } from '../names.ts';
import type { Rule } from './rule.ts';
import { about } from './rule.ts';

export const groupNameValid: Rule = {
  id: 'group-name-valid',
  why: 'the name goes into the directory and into the rules of the edge',
  check: ({ services }) =>
    services.flatMap((one) =>
      groupsNamedBy(one)
        .filter((group) => !patterns.group.test(group))
        .map((group) =>
          about(
            one.name,
            `${JSON.stringify(group)} is no name of a group`,
            'use a lower-case letter followed by a-z, 0-9 or dashes',
            'groups',
          ),
        ),
    ),
};
