import { withoutWorkers } from '../stack.ts';
import type { Rule } from './rule.ts';
import { about } from './rule.ts';

export const serviceConflict: Rule = {
  id: 'service-conflict',
  why: 'both do the same work: they would take the same ports, mail or data from each other',
  check: (stack) => {
    const chosen = new Set(stack.services.map(({ name }) => name));
    const pairs = withoutWorkers(stack).flatMap(({ name, service }) =>
      (service.conflicts ?? []).filter((other) => chosen.has(other)).map((other) => [name, other].toSorted().join(' ')),
    );
    return [...new Set(pairs)].toSorted().map((pair) => {
      const [other = '', name = ''] = pair.split(' ');
      return about(
        name,
        `it cannot stand beside ${other}: each takes the other's place`,
        `keep one of the two: datamancy remove ${other}, or datamancy remove ${name}`,
      );
    });
  },
};
