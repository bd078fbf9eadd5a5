import { placesOf } from './places.ts';
import type { Rule } from './rule.ts';
import { about } from './rule.ts';

const address = /https?:\/\/(?<host>[a-z0-9-]+(?:\.[a-z0-9-]+)+)/gi;

export const publicHostKnown: Rule = {
  id: 'public-host-known',
  why: 'the link leads nowhere: no service of the stack answers to that name',
  from: 'a route led to a service that had been removed',
  findsAbsence: true,
  check: ({ services, domain }) => {
    const hosts = new Set(services.flatMap(({ host }) => (host === undefined ? [] : [host])));
    return services.flatMap((one) =>
      placesOf(one).flatMap(({ what, words, below }) => {
        const named = words.flatMap((word) => [...word.matchAll(address)].map(({ groups }) => groups?.['host'] ?? ''));
        const host = named.find((found) => found.endsWith(`.${domain}`) && !hosts.has(found));
        return host === undefined
          ? []
          : [
              about(
                one.name,
                `${what} names ${host}, which no service of the stack answers`,
                'use the address of a service that is chosen',
                ...below,
              ),
            ];
      }),
    );
  },
};
