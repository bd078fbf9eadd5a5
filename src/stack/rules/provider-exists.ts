import { contracts, reachedBy } from '../../contracts/index.ts';
import { listWords } from '../nearest.ts';
import type { Rule } from './rule.ts';
import { about } from './rule.ts';

export const providerExists: Rule = {
  id: 'provider-exists',
  why: 'the service would start without what it stands on',
  from: 'a service depended on one that was not chosen',
  findsAbsence: true,
  check: ({ services }) =>
    services.flatMap(({ name, service: { needs = {} }, unmet }) =>
      unmet
        .filter(({ kind, providers }) => providers.length === 0 && (kind === 'reach' || Object.hasOwn(contracts, kind)))
        .map(({ key, kind, candidates }) => {
          const reached = needs[key] ? reachedBy(needs[key]) : [];
          const wanted = reached.length > 0 ? listWords(reached, 'or', reached.length) : kind;
          const fix =
            candidates.length === 0
              ? `define a service in services/ that provides ${wanted}, or leave ${name} out`
              : `add ${listWords(candidates, 'or')} under services:`;
          return about(name, `needs ${wanted} (as ${key}), and no chosen service provides it`, fix);
        }),
    ),
};
