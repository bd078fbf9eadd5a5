import { listWords } from '../nearest.ts';
import type { Rule } from './rule.ts';
import { candidatesFor, providersOf } from './rule.ts';

export const signOnExists: Rule = {
  id: 'sign-on-exists',
  why: 'the edge could ask nobody who a visitor is, and would let everyone in or no one',
  findsAbsence: true,
  check: (stack, context) => {
    const guarded = stack.services.filter(({ access }) => access?.kind === 'edge').map(({ name }) => name);
    if (guarded.length === 0 || providersOf('sign-on', stack).length > 0) return [];
    const candidates = candidatesFor('sign-on', context);
    const fix =
      candidates.length === 0
        ? 'define a service in services/ that provides sign-on'
        : `add ${listWords(candidates, 'or')} under services:`;
    const verb = guarded.length === 1 ? 'lets' : 'let';
    return [
      {
        where: 'services',
        message: `${listWords(guarded)} ${verb} only groups in, and no chosen service does sign-on`,
        fix,
        path: ['services'],
      },
    ];
  },
};
