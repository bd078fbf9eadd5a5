import { createHash } from 'node:crypto';
import type { Placement } from './placement.ts';
import type { NetworkName, ResolvedAccess, ResolvedService } from './stack.ts';

/**
 * The addresses of a service's door where it has to know them, else nothing: 32 of 10.192.0.0/10, where engines take none by themselves,
 * chosen by the names of cluster and service, so that they stay the same and two clusters on one machine seldom want the same ones.
 */
export function doorAddresses(cluster: string, service: string, access: ResolvedAccess | undefined): string {
  if (access?.kind !== 'edge' || access.door === undefined) return '';
  const [first = 0, second = 0, third = 0] = createHash('sha256').update(`${cluster}/${service}`).digest();
  return `10.${192 + (first % 64)}.${second}.${third - (third % 32)}/27`;
}

/** Whether the service takes a header's word for who asks, or lets in whoever does, so that it matters who can reach it. */
export function isGuarded({ access }: Pick<ResolvedService, 'access'>): boolean {
  return access?.kind === 'edge' && (access.alone || Object.keys(access.identity).length > 0);
}

/** The guarded service that a network is there for; undefined where many share it. */
export function ownerOf(network: NetworkName): string | undefined {
  return /^(?:(?:fixed-)?door|(?:apps|data|engine|engine-control)-for)-(?<owner>.+)$/.exec(network)?.groups?.['owner'];
}

/** Whether databases can be reached there. */
export function holdsData(network: NetworkName): boolean {
  return network === 'data' || network.startsWith('data-for-');
}

/**
 * The name of a unit on the fixed door of its service alone. By its own name it may be found on any other network that it shares with
 * who asks, and the service would see an address that it does not believe.
 */
export function doorHost(unit: string): string {
  return `${unit}.door`;
}

/** Whether a service is met on a door with addresses that it knows. */
export function hasFixedDoor({ access }: Pick<ResolvedService, 'access'>): boolean {
  return access?.kind === 'edge' && access.door === true;
}

/** Where the edge finds units of a service, and where these find each other: on the fixed door, where there is one. */
export function placementAtDoor(one: Pick<ResolvedService, 'access'>, placement: Placement): Placement {
  if (!hasFixedDoor(one) || placement.runtime !== 'compose') return placement;
  return { ...placement, reach: (unit, portName, port) => ({ ...placement.reach(unit, portName, port), host: doorHost(unit) }) };
}
