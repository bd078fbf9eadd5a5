import { listWords } from '../nearest.ts';
import type { Rule } from './rule.ts';
import { candidatesFor, providersOf } from './rule.ts';

export const clientProviderExists: Rule = {
  id: 'client-provider-exists',
  why: 'there would be nothing at which the applications outside could sign people in',
  findsAbsence: true,
  check: (stack, context) => {
    const outside = stack.clients.filter(({ section }) => section === 'clients');
    if (outside.length === 0 || providersOf('oidc', stack).length > 0) return [];
    const candidates = candidatesFor('oidc', context);
    const fix =
      candidates.length === 0 ? 'define a service in services/ that provides oidc' : `add ${listWords(candidates, 'or')} under services:`;
    return [{ where: 'clients', message: 'no chosen service signs people in with OpenID Connect', fix, path: ['clients'] }];
  },
};
