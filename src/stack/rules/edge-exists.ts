import { listWords } from '../nearest.ts';
import type { Rule } from './rule.ts';
import { candidatesFor, providersOf } from './rule.ts';

export const edgeExists: Rule = {
  id: 'edge-exists',
  why: 'the service would have a public name at which nothing answers',
  from: 'a host answered 404, because its route had been forgotten',
  findsAbsence: true,
  check: (stack, context) => {
    const routed = stack.services.filter(({ service }) => service.route).map(({ name }) => name);
    if (routed.length === 0 || providersOf('edge', stack).length > 0) return [];
    const candidates = candidatesFor('edge', context);
    const fix =
      candidates.length === 0 ? 'define a service in services/ that provides edge' : `add ${listWords(candidates, 'or')} under services:`;
    const verb = routed.length === 1 ? 'has' : 'have';
    return [
      {
        where: 'services',
        message: `${listWords(routed)} ${verb} a public name, and no chosen service is the edge`,
        fix,
        path: ['services'],
      },
    ];
  },
};
