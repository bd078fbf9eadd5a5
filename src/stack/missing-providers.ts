import { contracts, reachedBy } from '../contracts/index.ts';
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
  /** Contracts that are provided from outside the cluster; what a service reaches for is inside. */
  readonly outside: readonly string[];
  /** Services that are not to come, even where nothing else would do. */
  readonly without?: readonly string[];
}

/**
 * The default providers of what the added services need, and of what those need in turn. Where several would do, it is
 * one that wants no graphics card. A kind that nothing provides is left to the rules.
 */
export function missingProviders(
  { added, chosen, outside, without = [] }: Choice,
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
    for (const kinds of requiredKinds(next, outside)) {
      if (kinds.some((kind) => taken.some((service) => isProviderOf(kind, service)))) continue;
      const providers = kinds.flatMap((kind) => providersByPreference(kind, services).map((provider) => ({ provider, kind })));
      const possible = providers.filter(
        ({ provider }) => !without.includes(provider.name) && !taken.some((other) => areInConflict(provider, other)),
      );
      const found = possible.find(({ provider }) => !provider.gpu) ?? possible[0];
      if (!found) continue;
      taken.push(found.provider);
      asking.push(found.provider);
      missing.push({ name: found.provider.name, kind: found.kind, neededBy: next.name });
    }
  }
  return missing;
}

/** What it cannot do without and is not outside, each as the kinds of which one is enough. */
export function requiredKinds({ needs = {}, route }: Service, outside: readonly string[]): readonly (readonly string[])[] {
  const asked = Object.values(needs).filter(({ optional }) => optional !== true);
  const kinds = asked.map(({ kind }) => kind).filter((kind) => Object.hasOwn(contracts, kind));
  const throughEdge = kinds.some((kind) => contracts[kind]?.throughEdge === true);
  const guarded = route !== undefined && 'groups' in route.access && !('login' in route.access);
  const each = new Set([...kinds, ...(route || throughEdge ? ['edge'] : []), ...(guarded ? ['sign-on'] : [])]);
  const inside = [...each].filter((kind) => !outside.includes(kind));
  return [...inside.map((kind) => [kind]), ...asked.map(reachedBy).filter((reached) => reached.length > 0)];
}
