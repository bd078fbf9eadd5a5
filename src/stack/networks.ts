import { contracts, reachedBy } from '../contracts/index.ts';
import type { Provider } from '../contracts/index.ts';
import { hasFixedDoor, holdsData, isGuarded, ownerOf } from './door.ts';
import { groupBy } from './group-by.ts';
import type { MeetingPlace, NetworkName, ResolvedService } from './stack.ts';

/**
 * Derives who is on which network: the edge and what it routes to meet on `edge`, or at the service's own door, clients and every provider of a contract on the
 * contract's network, and whatever has metrics meets the server that scrapes them on `apps`. What publishes a port is on `apps`
 * too, because the engine binds none for a unit that is only on the internal network. Whoever believes a header, or anybody, meets each
 * of these on a network beside the shared one, and its workers are on no other. A worker is where its service is; `apps` takes
 * the place of `edge` where the edge sends it nothing, so that it too has a way out. One without its service's environment has no
 * credentials there, and so is not on `data`.
 */
export function networksOf(
  services: readonly ResolvedService[],
  providers: Readonly<Record<string, Provider>>,
): ReadonlyMap<string, readonly NetworkName[]> {
  const members = new Map<string, Set<NetworkName>>(services.map(({ name }) => [name, new Set()]));
  const join = (name: string, network: NetworkName | undefined): void => void (network && members.get(name)?.add(network));
  const providersOf = groupBy(
    services.flatMap(({ name, service }) => Object.keys(service.provides ?? {}).map((kind) => ({ kind, name }))),
    ({ kind }) => kind,
  );
  const scraper = providers['metrics']?.name;
  const guarded = new Set(services.filter(isGuarded).map(({ name }) => name));

  for (const one of services) {
    const { name, family, service, grants } = one;
    const meet = (provider: string, network: MeetingPlace): void => {
      const where = guarded.has(family) ? (`${network}-for-${family}` as const) : network;
      join(name, where);
      if (provider !== name) join(provider, where);
    };
    if (service.route || service.provides?.['edge']) join(name, doorOf(one));
    else if ((service.publish ?? []).length > 0) join(name, 'apps');
    if (service.metrics && scraper !== undefined) meet(scraper, 'apps');
    if (name === scraper || service.provides?.['alerting'] || service.provides?.['notify']) join(name, 'apps');
    for (const kind of Object.keys(service.provides ?? {})) join(name, networkOf(kind));
    for (const { kind, provider } of grants) {
      const network = networkOf(kind);
      if (network) meet(provider, network);
    }
    for (const kind of Object.values(service.needs ?? {}).flatMap(reachedBy))
      for (const provider of providersOf.get(kind) ?? []) meet(provider.name, networkOf(kind) ?? 'apps');
  }
  const doors = services.map(doorOf).filter((door) => door !== 'edge');
  for (const { name, service } of services) if (service.provides?.['edge']) for (const door of doors) join(name, door);
  for (const { name, family, routed, apart } of services.filter((one) => one.family !== one.name)) {
    const ofFamily = [...(members.get(family) ?? [])].filter((network) =>
      guarded.has(family) ? ownerOf(network) === family : ownerOf(network) === undefined,
    );
    for (const network of ofFamily.filter((one) => !holdsData(one) || apart !== true))
      join(name, network === 'edge' && !routed ? 'apps' : network);
    if (ofFamily.some((network) => members.get(name)?.has(network))) continue;
    join(name, 'apps');
    join(family, 'apps');
  }
  return new Map([...members].map(([name, networks]) => [name, [...networks].toSorted()]));
}

/** Where the edge meets a service: apart from all others where the service takes a header's word for who asks, or nobody's. */
function doorOf(one: ResolvedService): NetworkName {
  if (!isGuarded(one)) return 'edge';
  return hasFixedDoor(one) ? `fixed-door-${one.name}` : `door-${one.name}`;
}

function networkOf(kind: string): MeetingPlace | undefined {
  return Object.hasOwn(contracts, kind) ? contracts[kind]?.network : undefined;
}
