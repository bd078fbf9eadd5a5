import { groupBy } from '../group-by.ts';
import { listWords } from '../nearest.ts';
import { areInConflict } from '../profiles.ts';
import type { Rule } from './rule.ts';
import { about } from './rule.ts';

export const hostUnique: Rule = {
  id: 'host-unique',
  why: 'the edge could send a name to one of them only',
  check: ({ services }) => {
    const wanted = groupBy(
      services.filter(({ host }) => host !== undefined),
      ({ host }) => host,
    );
    return [...wanted].flatMap(([host, all]) => {
      const claims = all.filter(({ service }, index) => !all.slice(0, index).some((other) => areInConflict(service, other.service)));
      const last = claims.at(-1);
      if (claims.length < 2 || !last) return [];
      const names = claims.map(({ name }) => name);
      const each = claims.length === 2 ? 'both' : 'all';
      return [
        about(
          last.name,
          `${listWords(names)} ${each} want ${host}`,
          'give one of them another name in cluster.yaml, as in host: desk',
          'host',
        ),
      ];
    });
  },
};
