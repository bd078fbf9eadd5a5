import { listWords } from '../nearest.ts';
import type { Rule } from './rule.ts';
import { about } from './rule.ts';

export const rolesWithinAccess: Rule = {
  id: 'roles-within-access',
  why: 'a role for people who may not enter is one that nobody has',
  check: ({ services }) =>
    services.flatMap(({ name, service, access, override }) => {
      if (!access || !('groups' in access)) return [];
      return Object.entries(service.route?.roles ?? {}).flatMap(([role, groups]) => {
        const shutOut = groups.filter((group) => !access.groups.includes(group));
        if (shutOut.length === 0) return [];
        return [
          about(
            name,
            `its role ${role} is for ${listWords(shutOut)}, and only ${listWords(access.groups)} may enter`,
            `let ${listWords(shutOut)} in too`,
            ...(override.groups ? ['groups'] : []),
          ),
        ];
      });
    }),
};
