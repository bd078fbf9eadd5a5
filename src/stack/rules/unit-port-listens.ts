import { listWords } from '../nearest.ts';
import type { Rule } from './rule.ts';
import { about } from './rule.ts';
import { unitAddressesOf } from './unit-addresses.ts';

export const unitPortListens: Rule = {
  id: 'unit-port-listens',
  why: 'nothing listens there, so every request is refused while both services are well',
  from: 'notifications went to the wrong port of ntfy and were lost',
  check: (stack) =>
    unitAddressesOf(stack).flatMap(({ from, to, port, what, below }) => {
      const own = Object.values(to.service.ports).map(({ number }) => number);
      const open = to.name === stack.providers['edge']?.name ? [...own, stack.edge.http, stack.edge.https] : own;
      return open.includes(port)
        ? []
        : [
            about(
              from.name,
              `${what} asks ${to.name} on port ${port}, where it does not listen`,
              own.length === 0
                ? 'state the need for it and use what is granted'
                : `it listens on ${listWords(own.map(String))}: use what a need grants`,
              ...below,
            ),
          ];
    }),
};
