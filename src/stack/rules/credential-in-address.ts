import { placesOf } from './places.ts';
import type { Rule } from './rule.ts';
import { about } from './rule.ts';

const withPassword = /\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@]*:(?!\$)[^\s/@]+@/i;

export const credentialInAddress: Rule = {
  id: 'credential-in-address',
  why: 'a password that somebody wrote down is the same in every cluster, and stands in every copy of the file',
  from: 'a password with a colon and a slash in it broke the address of a database',
  check: ({ services }) =>
    services.flatMap((one) =>
      placesOf(one)
        .filter(({ words }) => words.some((word) => withPassword.test(word)))
        .map(({ what, below }) =>
          about(
            one.name,
            `${what} has an address with a password in clear`,
            'use the address that a need grants, or put a secret into it',
            ...below,
          ),
        ),
    ),
};
