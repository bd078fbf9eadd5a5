import { patterns } from '../names.ts';
import type { Rule } from './rule.ts';
import { about } from './rule.ts';

export const envNameValid: Rule = {
  id: 'env-name-valid',
  why: 'no program can read it, and it can break the file that holds it',
  check: ({ services }) =>
    services.flatMap(({ name, env }) =>
      Object.keys(env)
        .filter((variable) => !patterns.variable.test(variable))
        .map((variable) =>
          about(
            name,
            `${JSON.stringify(variable)} is no name of a variable`,
            'use letters, digits and underscores, and no digit first',
            'env',
            variable,
          ),
        ),
    ),
};
