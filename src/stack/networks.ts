import { contracts, reachedBy } from '../contracts/index.ts';
import type { Provider } from '../contracts/index.ts';
import { groupBy } from './group-by.ts';
import type { NetworkName, ResolvedService } from './stack.ts';

/**
 * Derives who is on which network: the edge and what it routes to meet on `edge`, or at the service's own door, clients and every provider of a contract on the
 * contract's network, and whatever has metrics meets the server that scrapes them on `apps`. What publishes a port is on `apps`
 * too, because the engine binds none for a unit that is only on the internal network. A worker is where its service is; `apps` takes
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

  for (const one of services) {
    const { name, service, grants } = one;
    if (service.route || service.provides?.['edge']) join(name, doorOf(one));
    else if ((service.publish ?? []).length > 0) join(name, 'apps');
    if (service.metrics && scraper !== undefined) join(name, 'apps');
    if (name === scraper || service.provides?.['alerting'] || service.provides?.['notify']) join(name, 'apps');
    for (const kind of Object.keys(service.provides ?? {})) join(name, networkOf(kind));
    for (const { kind } of grants) join(name, networkOf(kind));
    for (const kind of Object.values(service.needs ?? {}).flatMap(reachedBy)) {
      const found = providersOf.get(kind) ?? [];
      const network = networkOf(kind) ?? 'apps';
      for (const provider of found) join(provider.name, network);
      if (found.length > 0) join(name, network);
    }
  }
  const doors = services.map(doorOf).filter((door) => door !== 'edge');
  for (const { name, service } of services) if (service.provides?.['edge']) for (const door of doors) join(name, door);
  for (const { name, family, routed, apart } of services.filter((one) => one.family !== one.name)) {
    const ofFamily = [...(members.get(family) ?? [])];
    for (const network of ofFamily.filter((one) => one !== 'data' || apart !== true))
      join(name, network === 'edge' && !routed ? 'apps' : network);
    if (ofFamily.some((network) => members.get(name)?.has(network))) continue;
    join(name, 'apps');
    join(family, 'apps');
  }
  return new Map([...members].map(([name, networks]) => [name, [...networks].toSorted()]));
}

/** Where the edge meets a service: apart from all others where the service takes a header's word for who asks, or nobody's. */
function doorOf({ name, access }: ResolvedService): NetworkName {
  return access?.kind === 'edge' && (access.alone || Object.keys(access.identity).length > 0) ? `door-${name}` : 'edge';
}

function networkOf(kind: string): NetworkName | undefined {
  return Object.hasOwn(contracts, kind) ? contracts[kind]?.network : undefined;
}
