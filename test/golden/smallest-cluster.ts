import { catalog } from '../../src/catalog/index.ts';
import type { Service } from '../../src/service/index.ts';
import { missingProviders } from '../../src/stack/missing-providers.ts';
import { defaultProvider } from '../../src/stack/profiles.ts';
import { serviceOf } from '../../src/stack/stack.ts';
import { unitsOf } from '../../src/stack/workers.ts';
import { client } from './client.ts';
import type { GoldenStack } from './golden-stack.ts';
import { resolveGolden } from './golden-stack.ts';

type Services = Readonly<Record<string, Service>>;

/** A service, the door by which people come to it or are kept from it, and what both need. */
export interface SmallestCluster extends GoldenStack {
  /** Whether every image in it can be built from Debian. */
  readonly hasRecipes: boolean;
}

/**
 * The same services each time. Of several providers it is one with a recipe. What is on no network then gets a neighbour: the server that
 * collects its metrics, or a client of what it provides.
 */
export function smallestCluster(name: string, services: Services = catalog): SmallestCluster {
  const service = services[name];
  if (!service) throw new Error(`the catalog has no ${name}`);
  const built = Object.fromEntries(Object.entries(services).filter(([other, one]) => other === name || hasRecipe(one)));
  const door = service.provides?.['sign-on'] ? undefined : defaultProvider('sign-on', services);
  const chosen = withProviders([service, ...(door ? [door] : [])], built, services);
  const isAlone = serviceOf(resolveGolden(clusterOf(chosen, services)), name)?.networks.length === 0;
  if (!isAlone) return clusterOf(chosen, services);
  const neighbour = (service.metrics && defaultProvider('metrics', services)) ?? client;
  return clusterOf(withProviders([...chosen, neighbour], built, services), { ...services, client });
}

function clusterOf(chosen: readonly Service[], services: Services): SmallestCluster {
  const hasRecipes = chosen.every(hasRecipe);
  return {
    services: Object.values(services),
    declaration: {
      name: 'levels',
      domain: 'example.org',
      admin: { name: 'tester', email: 'tester@example.org' },
      images: hasRecipes ? 'debian' : 'upstream',
      runtime: 'compose',
      tls: 'internal',
      bind: '127.0.0.1',
      ports: {},
      services: Object.fromEntries(chosen.map(({ name }) => [name, {}])),
    },
    ports: { http: 80, https: 443 },
    hasRecipes,
  };
}

/** First those that have a recipe, then whatever else there is. */
function withProviders(added: readonly Service[], ...choices: readonly Services[]): readonly Service[] {
  const all = choices.reduce<readonly Service[]>((chosen, services) => {
    const there = byName(chosen);
    const missing = missingProviders({ added: Object.keys(there), chosen: [], outside: [] }, { ...services, ...there });
    return [...chosen, ...missing.flatMap(({ name }) => services[name] ?? [])];
  }, added);
  return Object.values(byName(all)).toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

function byName(services: readonly Service[]): Services {
  return Object.fromEntries(services.map((service) => [service.name, service]));
}

function hasRecipe(service: Service): boolean {
  return unitsOf(service).every(({ debian }) => debian !== undefined);
}
