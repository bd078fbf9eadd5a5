import { literalsOf } from './literals.ts';
import type { Rule } from './rule.ts';
import { about } from './rule.ts';

const shell = /\$\([A-Za-z_][^)]*\)|\$[A-Z][A-Z0-9_]+\b/;

export const variableExpanded: Rule = {
  id: 'variable-expanded',
  why: 'no shell reads the variables of a container, so the service gets the dollar and the name as they stand',
  from: 'a $ in passwords was expanded on the way, and healthchecks ran with an empty password',
  check: ({ services }) =>
    services.flatMap(({ name, env }) =>
      Object.entries(env).flatMap(([variable, value]) => {
        const found = literalsOf(value)
          .map((word) => shell.exec(word)?.[0])
          .find((each) => each !== undefined);
        return found === undefined
          ? []
          : [
              about(
                name,
                `its variable ${variable} holds ${found}, which nothing replaces`,
                'write the value itself, or what a need grants',
                'env',
                variable,
              ),
            ];
      }),
    ),
};
