import type { ClientAddress } from './client-addresses.ts';
import { aboutAddress, addressesOf } from './client-addresses.ts';
import type { Rule } from './rule.ts';

export const clientRedirectExact: Rule = {
  id: 'client-redirect-exact',
  why: 'addresses are compared letter for letter, so what is more than one address, or reads as another, never fits or fits too much',
  check: ({ clients }) =>
    clients.flatMap((client) =>
      addressesOf(client).flatMap((address) => {
        const wrong = inexact(address);
        return wrong === undefined ? [] : [aboutAddress(client, address, wrong, 'write the one address that the application sends')];
      }),
    ),
};

function inexact({ value, url }: ClientAddress): string | undefined {
  if (!url) return undefined;
  if (value.includes('#')) return 'has a fragment, which no browser sends';
  if (/[*{}<>|^`$]/.test(value)) return 'has a placeholder, and there are no patterns here';
  if (/[^\x21-\x7e]|\\/.test(value)) return 'has a space, a backslash or a letter beyond ASCII';
  if (/%(?![0-9a-f]{2})/i.test(value)) return 'has a % that stands for nothing';
  if (url.username !== '' || url.password !== '') return 'has a user name in it';
  if (/\/(?:\.|%2e){1,2}(?:[/?]|$)|%2f|%5c/i.test(value)) return 'has a path that reads as another';
  const isWeb = url.protocol === 'https:' || url.protocol === 'http:';
  if (isWeb && !value.startsWith(`${url.protocol}//${url.hostname}`)) return `reads as ${url.href}`;
  return undefined;
}
