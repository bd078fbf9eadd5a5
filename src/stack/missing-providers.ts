import { contracts } from '../contracts/index.ts';
import type { Service } from '../service/index.ts';
import { areInConflict, isProviderOf, providersByPreference } from './profiles.ts';

/** A provider that nobody chose, and the service that needs it. */
export interface MissingProvider {
  readonly name: string;
  readonly kind: string;
  readonly neededBy: string;
}

interface Choice {
  readonly added: readonly string[];
  readonly chosen: readonly string[];
  /** Kinds that are provided from outside the cluster. */
  readonly outside: readonly string[];
}

/** The default providers of what the added services need, and of what those need in turn. A kind that nothing provides is left to the rules. */
export function missingProviders(
  { added, chosen, outside }: Choice,
  services: Readonly<Record<string, Service>>,
): readonly MissingProvider[] {
  const definitionOf = (name: string): readonly Service[] => {
    const service = Object.hasOwn(services, name) ? services[name] : undefined;
    return service ? [service] : [];
  };
  const taken = [...chosen, ...added].flatMap(definitionOf);
  const asking = added.flatMap(definitionOf);
  const missing: MissingProvider[] = [];
  for (let next = asking.shift(); next; next = asking.shift()) {
    for (const kind of kindsFor(next)) {
      if (outside.includes(kind) || taken.some((service) => isProviderOf(kind, service))) continue;
      const provider = providersByPreference(kind, services).find((one) => !taken.some((other) => areInConflict(one, other)));
      if (!provider) continue;
      taken.push(provider);
      asking.push(provider);
      missing.push({ name: provider.name, kind, neededBy: next.name });
    }
  }
  return missing;
}

function kindsFor({ needs = {}, route }: Service): readonly string[] {
  const asked = Object.values(needs).filter(({ kind, optional }) => optional !== true && Object.hasOwn(contracts, kind));
  const kinds = asked.map(({ kind }) => kind);
  const throughEdge = kinds.some((kind) => contracts[kind]?.throughEdge === true);
  const guarded = route !== undefined && 'groups' in route.access && !('login' in route.access);
  return [...new Set([...kinds, ...(route || throughEdge ? ['edge'] : []), ...(guarded ? ['sign-on'] : [])])];
}
