import { groupBy } from '../group-by.ts';
import type { Rule } from './rule.ts';
import { about } from './rule.ts';

export const envNameDistinct: Rule = {
  id: 'env-name-distinct',
  why: 'programs that read names without regard to case take one of the two, and nobody knows which',
  check: ({ services }) =>
    services.flatMap(({ name, env }) =>
      [...groupBy(Object.keys(env), (variable) => variable.toUpperCase()).values()]
        .filter((same) => same.length > 1)
        .map((same) =>
          about(
            name,
            `its variables ${same.join(' and ')} differ only by case`,
            'keep the one that its documentation names',
            'env',
            same.at(-1) ?? '',
          ),
        ),
    ),
};
