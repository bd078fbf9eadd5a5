import { contracts } from '../contracts/index.ts';
import type { Provider } from '../contracts/index.ts';
import { groupBy } from './group-by.ts';
import type { NetworkName, ResolvedService } from './stack.ts';

/**
 * Derives who is on which network: the edge and what it routes to meet on `edge`, clients and every provider of a contract on the
 * contract's network, and whatever has metrics meets the server that scrapes them on `apps`. What publishes a port is on `apps`
 * too, because the engine binds none for a unit that is only on the internal network.
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

  for (const { name, service, grants } of services) {
    if (service.route || service.provides?.['edge']) join(name, 'edge');
    else if ((service.publish ?? []).length > 0) join(name, 'apps');
    if (service.metrics && scraper !== undefined) join(name, 'apps');
    if (name === scraper || service.provides?.['alerting'] || service.provides?.['notify']) join(name, 'apps');
    for (const kind of Object.keys(service.provides ?? {})) join(name, networkOf(kind));
    for (const { kind } of grants) join(name, networkOf(kind));
    for (const need of Object.values(service.needs ?? {})) {
      if (need.kind !== 'reach') continue;
      for (const kind of (need.request as { readonly contracts: readonly string[] }).contracts) {
        const found = providersOf.get(kind) ?? [];
        const network = networkOf(kind) ?? 'apps';
        for (const provider of found) join(provider.name, network);
        if (found.length > 0) join(name, network);
      }
    }
  }
  return new Map([...members].map(([name, networks]) => [name, [...networks].toSorted()]));
}

function networkOf(kind: string): NetworkName | undefined {
  return Object.hasOwn(contracts, kind) ? contracts[kind]?.network : undefined;
}
