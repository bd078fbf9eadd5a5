import { groupBy } from '../group-by.ts';
import { listWords } from '../nearest.ts';
import type { Rule } from './rule.ts';
import { about } from './rule.ts';

export const wellKnownUnique: Rule = {
  id: 'well-known-unique',
  why: 'the edge could give one answer only, and at a path that a program asks for',
  check: ({ services }) => {
    const all = services.flatMap(({ name, wellKnown = {} }) => Object.keys(wellKnown).map((path) => ({ name, path })));
    const malformed = all.filter(({ path }) => !/^[\w.~-]+(?:\/[\w.~-]+)*$/.test(path));
    const taken = [...groupBy(all, ({ path }) => path)].filter(([, claims]) => claims.length > 1);
    return [
      ...malformed.map(({ name, path }) =>
        about(
          name,
          `${JSON.stringify(path)} is no path below /.well-known/`,
          'write letters, digits and ._~- between slashes, as in matrix/client',
        ),
      ),
      ...taken.map(([path, claims]) => {
        const names = claims.map(({ name }) => name);
        return about(names.at(-1) ?? '', `${listWords(names)} all answer /.well-known/${path}`, 'keep one of them in cluster.yaml');
      }),
    ];
  },
};
