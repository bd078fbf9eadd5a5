import { placesOf } from './places.ts';
import type { Rule } from './rule.ts';
import { about } from './rule.ts';

const plain = /http:\/\/(?<host>[a-z0-9.-]+)/gi;

export const ownAddressSecure: Rule = {
  id: 'own-address-secure',
  why: 'browsers refuse what a safe page loads unsafely, and signing in goes round in circles',
  check: ({ services }) => {
    const hosts = new Set(services.flatMap(({ host }) => (host === undefined ? [] : [host])));
    return services.flatMap((one) =>
      placesOf(one).flatMap(({ what, words, below }) => {
        const named = words.flatMap((word) => [...word.matchAll(plain)].map(({ groups }) => groups?.['host'] ?? ''));
        const host = named.find((found) => hosts.has(found));
        return host === undefined
          ? []
          : [
              about(
                one.name,
                `${what} names http://${host}, which is served by https alone`,
                `write https://${host}, or use url`,
                ...below,
              ),
            ];
      }),
    );
  },
};
