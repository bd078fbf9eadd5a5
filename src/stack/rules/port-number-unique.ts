import { groupBy } from '../group-by.ts';
import type { Rule } from './rule.ts';
import { about } from './rule.ts';

export const portNumberUnique: Rule = {
  id: 'port-number-unique',
  why: 'one program cannot listen twice on a port, so one of the two names leads to the wrong door',
  check: ({ services }) =>
    services.flatMap(({ name, service: { ports } }) =>
      [...groupBy(Object.entries(ports), ([, { protocol, number }]) => `${number}/${protocol === 'udp' ? 'udp' : 'tcp'}`)]
        .filter(([, same]) => same.length > 1)
        .map(([number, same]) =>
          about(
            name,
            `its ports ${same.map(([port]) => port).join(' and ')} are both ${number}`,
            'keep one of them, or correct its number',
          ),
        ),
    ),
};
