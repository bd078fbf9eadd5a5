import { nearest } from '../nearest.ts';
import { withoutWorkers } from '../stack.ts';
import type { Rule } from './rule.ts';
import { about } from './rule.ts';

export const conflictKnown: Rule = {
  id: 'conflict-known',
  why: 'the service that was meant could be chosen beside it, and take its ports, mail or data',
  findsAbsence: true,
  check: (stack, { catalog }) =>
    withoutWorkers(stack).flatMap(({ name, service: { conflicts = [] } }) =>
      conflicts
        .filter((other) => !Object.hasOwn(catalog, other))
        .map((other) => {
          const meant = nearest(other, Object.keys(catalog));
          const hint = meant === undefined ? '' : `; did you mean ${meant}?`;
          return about(
            name,
            `it names ${JSON.stringify(other)} under conflicts, and there is no such service${hint}`,
            meant === undefined ? 'name one of the catalog or of services/, or leave it out' : `write ${meant}`,
          );
        }),
    ),
};
