import { placesOf } from './places.ts';
import type { Rule } from './rule.ts';
import { about } from './rule.ts';

const localHost = /(?:^|\/\/|@)(?<host>(?:[a-z0-9-]+\.)+local)(?=$|[:/])/i;

export const localName: Rule = {
  id: 'local-name',
  why: 'names that end in .local are asked by multicast, which does not reach into a container',
  from: 'names in .local were looked up in vain inside containers',
  check: ({ services, declaration: { mail } }) => [
    ...services.flatMap((one) =>
      placesOf(one).flatMap(({ what, words, below }) => {
        const host = words.map((word) => localHost.exec(word.trim())?.groups?.['host']).find((found) => found !== undefined);
        return host === undefined
          ? []
          : [
              about(
                one.name,
                `${what} names ${host}, which no container can look up`,
                'use its address, or a name that a DNS server knows',
                ...below,
              ),
            ];
      }),
    ),
    ...(mail !== undefined && /\.local$/i.test(mail.host)
      ? [
          {
            where: 'mail',
            message: `its host ${mail.host} is a name that no container can look up`,
            fix: 'use its address, or a name that a DNS server knows',
            path: ['mail', 'host'],
          },
        ]
      : []),
  ],
};
