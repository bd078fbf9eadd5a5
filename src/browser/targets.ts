import { Resolver } from 'node:dns/promises';
import { isIP } from 'node:net';
import { messageOf } from '../kit/errors.ts';
import type { IsRefused } from './addresses.ts';

/** Where a connection of a page may go: to exactly these addresses, one after the other. */
export type Destination =
  | { readonly kind: 'connect'; readonly addresses: readonly string[]; readonly port: number }
  /** The edge speaks TLS at this port, and nothing else is asked of it. */
  | { readonly kind: 'over-tls'; readonly port: number }
  | { readonly kind: 'check-page' }
  | { readonly kind: 'refused' }
  | { readonly kind: 'unknown'; readonly why: string };

export interface Place {
  readonly host: string;
  readonly port: number;
}

/** How a place stands in a set; in {@link TargetRules.inner} an address of IPv6 has no brackets. */
export function placeName({ host, port }: Place): string {
  return `${host}:${port}`;
}

export interface TargetRules {
  /** Names at and below this domain are the cluster's own, and lead to its edge: to the port of its public addresses, and to no other one. */
  readonly domain?: string | undefined;
  readonly edge?: Place | undefined;
  /** Places in inner networks that are allowed all the same, as `host:port`. */
  readonly inner: ReadonlySet<string>;
  readonly isRefused: IsRefused;
  /** Every address of a name; asks the name servers of this machine where absent. */
  readonly resolve?: (host: string) => Promise<readonly string[]>;
}

/** A page of our own that the proxy answers with, so that looking at one needs no other server: https://www.rfc-editor.org/rfc/rfc6761#section-6.4 */
const checkHost = 'check.invalid';

/**
 * Decides for each new connection. What it gives are addresses and no names, so that a name which leads elsewhere a moment later
 * changes nothing.
 */
export async function findDestination(rules: TargetRules, place: Place, isTunnel: boolean): Promise<Destination> {
  const host = plainHost(place.host);
  const { edge, inner, isRefused, resolve = resolveAll } = rules;
  if (host === checkHost && place.port === 80 && !isTunnel) return { kind: 'check-page' };
  const isInner = inner.has(placeName({ host, port: place.port }));
  const isOwn = !isInner && edge !== undefined && isOwnHost(host, rules.domain);
  if (isOwn && !isTunnel) return { kind: 'over-tls', port: edge.port };
  if (isOwn && place.port !== edge.port) return { kind: 'refused' };
  if (!isInner && !isOwn && isLoopbackName(host)) return { kind: 'refused' };
  const { host: asked, port } = isOwn ? edge : { host, port: place.port };
  let found: readonly string[];
  try {
    found = await resolve(asked);
  } catch (cause) {
    return { kind: 'unknown', why: messageOf(cause) };
  }
  const addresses = isOwn || isInner ? found : found.filter((address) => !isRefused(address));
  return addresses.length === 0 ? { kind: 'refused' } : { kind: 'connect', addresses, port };
}

/** Names that always mean this machine: https://www.rfc-editor.org/rfc/rfc6761#section-6.3 */
function isLoopbackName(host: string): boolean {
  return host === 'localhost' || host.endsWith('.localhost');
}

export function isOwnHost(host: string, domain: string | undefined): boolean {
  return domain !== undefined && (host === domain || host.endsWith(`.${domain}`));
}

function plainHost(host: string): string {
  return host
    .toLowerCase()
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/\.$/, '');
}

/** Not through the system's `getaddrinfo`: it keeps a thread for each name, and a page with many names that nobody answers takes all. */
const resolver = new Resolver({ timeout: 2000, tries: 2 });

async function resolveAll(host: string): Promise<readonly string[]> {
  if (isIP(host) !== 0) return [host];
  const answers = await Promise.allSettled([resolver.resolve4(host), resolver.resolve6(host)]);
  // Few machines with containers have IPv6 to the outside, so those of IPv4 come first.
  const found = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
  const [first] = answers;
  if (found.length === 0 && first.status === 'rejected') throw first.reason;
  return found;
}
