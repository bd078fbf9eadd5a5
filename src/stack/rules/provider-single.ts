import { groupBy } from '../group-by.ts';
import { listWords } from '../nearest.ts';
import { areInConflict } from '../profiles.ts';
import type { Rule } from './rule.ts';
import { about } from './rule.ts';

/** What a stack has one of, whether or not a service states a need for it. */
const onlyOnce = ['alerting', 'edge', 'metrics', 'notify', 'sign-on'];

export const providerSingle: Rule = {
  id: 'provider-single',
  why: 'it would be chance which of them is used, and data would end up in two places',
  check: ({ services }) => {
    const offers = services.flatMap(({ name, service }) => Object.keys(service.provides ?? {}).map((kind) => ({ kind, name, service })));
    const needed = new Set([...onlyOnce, ...services.flatMap(({ unmet }) => unmet.map(({ kind }) => kind))]);
    return [...groupBy(offers, ({ kind }) => kind)].flatMap(([kind, all]) => {
      const found = all.filter(({ service }, index) => !all.slice(0, index).some((other) => areInConflict(service, other.service)));
      const last = found.at(-1);
      if (found.length < 2 || !last || !needed.has(kind)) return [];
      const names = found.map(({ name }) => name);
      return [
        about(
          last.name,
          `${listWords(names)} ${found.length === 2 ? 'both' : 'all'} provide ${kind}`,
          `keep one of them and leave the ${found.length === 2 ? 'other' : 'others'} out`,
        ),
      ];
    });
  },
};
