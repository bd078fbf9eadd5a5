import { parseUrl } from '../../kit/parse-url.ts';
import type { SignOnClient } from '../clients.ts';
import type { Found } from './rule.ts';
import { aboutClient } from './rule.ts';

/** One address to which the sign-on server sends people, with its place in cluster.yaml. */
export interface ClientAddress {
  readonly value: string;
  readonly place: readonly [list: 'redirects' | 'post_logout_redirects', index: string];
  /** Absent where it cannot be read as an address. */
  readonly url?: URL;
}

/** Where a client's people are sent, after signing in and after signing out. */
export function addressesOf({ redirects, postLogoutRedirects }: SignOnClient): readonly ClientAddress[] {
  return [
    ...redirects.map((value, i) => addressOf(value, ['redirects', String(i)])),
    ...postLogoutRedirects.map((value, i) => addressOf(value, ['post_logout_redirects', String(i)])),
  ];
}

function addressOf(value: string, place: ClientAddress['place']): ClientAddress {
  const url = parseUrl(value);
  return { value, place, ...(url ? { url } : {}) };
}

export function aboutAddress(client: SignOnClient, { value, place }: ClientAddress, why: string, fix: string): Found {
  return aboutClient(client, `${JSON.stringify(value)} ${why}`, fix, ...place);
}
