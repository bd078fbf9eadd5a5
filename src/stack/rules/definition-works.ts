import type { Rule } from './rule.ts';
import { about } from './rule.ts';

export const definitionWorks: Rule = {
  id: 'definition-works',
  why: 'without its environment, command and files the service cannot be written',
  check: ({ services }) =>
    services.flatMap(({ name, broken }) =>
      broken === undefined
        ? []
        : [
            about(
              name,
              `its env, command, files or process failed: ${broken}`,
              'correct the function in its definition; it gets what its needs grant, here, cluster and url',
            ),
          ],
    ),
};
