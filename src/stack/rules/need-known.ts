import { contracts } from '../../contracts/index.ts';
import { nearest } from '../nearest.ts';
import type { Rule } from './rule.ts';
import { about } from './rule.ts';

const kinds = [...Object.keys(contracts), 'secret', 'reach'].toSorted();

export const needKnown: Rule = {
  id: 'need-known',
  why: 'nobody could grant it',
  check: ({ services }) =>
    services.flatMap(({ name, unmet }) =>
      unmet
        .filter(({ kind }) => !kinds.includes(kind))
        .map(({ key, kind }) => {
          const meant = nearest(kind, kinds);
          const message = `its need ${key} asks for ${JSON.stringify(kind)}, which is no kind of need`;
          return about(name, message, meant === undefined ? `the kinds are ${kinds.join(', ')}` : `ask for ${meant}`);
        }),
    ),
};
