import { contracts } from '../contracts/index.ts';
import type { Provider } from '../contracts/index.ts';
import type { NetworkName, ResolvedService } from './stack.ts';

/**
 * Derives who is on which network: the edge and what it routes to meet on `edge`, client and provider of a need on the
 * contract's network, and whatever has metrics meets the server that scrapes them on `apps`.
 */
export function networksOf(
  services: readonly ResolvedService[],
  providers: Readonly<Record<string, Provider>>,
): ReadonlyMap<string, readonly NetworkName[]> {
  const members = new Map<string, Set<NetworkName>>(services.map(({ name }) => [name, new Set()]));
  const join = (name: string, network: NetworkName): void => void members.get(name)?.add(network);
  const scraper = providers['metrics']?.name;

  for (const { name, service, grants } of services) {
    if (service.route || service.provides?.['edge']) join(name, 'edge');
    if (service.metrics && scraper !== undefined) join(name, 'apps');
    if (name === scraper || service.provides?.['alerting'] || service.provides?.['notify']) join(name, 'apps');
    for (const { kind, provider } of grants) meet(name, provider, contracts[kind]?.network);
    for (const need of Object.values(service.needs ?? {})) {
      if (need.kind !== 'reach') continue;
      for (const kind of (need.request as { readonly contracts: readonly string[] }).contracts) {
        const provider = providers[kind];
        if (provider) meet(name, provider.name, contracts[kind]?.network ?? 'apps');
      }
    }
  }
  return new Map([...members].map(([name, networks]) => [name, [...networks].toSorted()]));

  function meet(client: string, provider: string, network: NetworkName | undefined): void {
    if (network === undefined) return;
    join(client, network);
    join(provider, network);
  }
}
