import type { SignOnClient } from '../clients.ts';
import type { ClientAddress } from './client-addresses.ts';
import { aboutAddress, addressesOf } from './client-addresses.ts';
import type { Rule } from './rule.ts';

const loopback: readonly string[] = ['127.0.0.1', '[::1]', 'localhost'];

export const clientRedirectScheme: Rule = {
  id: 'client-redirect-scheme',
  why: 'the code that signs a person in would cross the network in clear, or reach another program on his machine',
  from: 'one out-of-band redirect kept the sign-on server from starting, and nobody could sign in anywhere',
  check: ({ clients }) =>
    clients.flatMap((client) =>
      addressesOf(client).flatMap((address) => {
        const wrong = wrongScheme(client, address);
        return wrong ? [aboutAddress(client, address, wrong.why, wrong.fix)] : [];
      }),
    ),
};

/** https; http on the person's own machine; a scheme of the program's own for what runs there (RFC 8252, section 7). */
function wrongScheme({ isPublic }: SignOnClient, { url }: ClientAddress): { readonly why: string; readonly fix: string } | undefined {
  if (!url || url.protocol === 'https:') return undefined;
  if (url.protocol === 'http:') {
    if (loopback.includes(url.hostname)) return undefined;
    return { why: 'is not encrypted', fix: 'write https://; plain http is for 127.0.0.1, [::1] and localhost only' };
  }
  if (url.href.startsWith('urn:ietf:wg:oauth:2.0:oob'))
    return {
      why: 'shows the code to the person instead of sending it, which no sign-on server should do',
      fix: 'use an address on 127.0.0.1',
    };
  if (!url.protocol.includes('.'))
    return {
      why: `has the scheme ${url.protocol}, which belongs to no application`,
      fix: 'use a reversed domain name such as org.example.app:/callback',
    };
  if (isPublic) return undefined;
  return {
    why: 'has a scheme of a program on the person’s machine, which keeps no secret',
    fix: 'write public: true, or an https:// address',
  };
}
