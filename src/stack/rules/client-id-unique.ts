import { groupBy } from '../group-by.ts';
import type { Rule } from './rule.ts';
import { aboutClient } from './rule.ts';

export const clientIdUnique: Rule = {
  id: 'client-id-unique',
  why: 'the sign-on server would not start: it tells applications apart by their id',
  from: 'a client stood twice in the sign-on server’s file, which then did not start',
  check: ({ clients }) =>
    [...groupBy(clients, ({ id }) => id)].flatMap(([id, same]) => {
      const last = same.at(-1);
      if (same.length < 2 || !last) return [];
      return [
        last.section === 'clients'
          ? aboutClient(last, `the service ${id} signs people in under the same id`, 'give the application outside another id')
          : aboutClient(last, `it asks for ${same.length} sign-on clients, which would have one id`, 'keep one of these needs'),
      ];
    }),
};
