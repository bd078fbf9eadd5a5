import type { Service } from '../service/index.ts';

/** Groups of services that are chosen together in cluster.yaml. */
export const profiles = [
  'core',
  'edge',
  'identity',
  'data',
  'monitoring',
  'ai',
  'apps',
  'collaboration',
  'communication',
  'media',
  'automation',
  'backup',
  'management',
  'tools',
  'chain',
  'docs',
] as const;

export type Profile = (typeof profiles)[number];

/** What nearly every other service stands on; `core` has the default provider of each. */
const coreContracts = ['edge', 'sign-on', 'ldap', 'postgres', 'valkey'];

type Services = Readonly<Record<string, Service>>;

interface Wish {
  readonly profiles: readonly Profile[];
  /** Chosen by name, whatever the profiles hold. */
  readonly named: readonly string[];
  readonly without: readonly string[];
}

/** The profiles of a service: `core` where it is of that, and those it gives itself, else its category. */
export function profilesOf(service: Service, services: Services): readonly Profile[] {
  return profilesBeside(coreOf(services), service);
}

function profilesBeside(core: ReadonlySet<string>, { name, profiles: own, category }: Service): readonly Profile[] {
  const others = (own ?? [category]).flatMap((word) => profiles.find((profile) => profile === word) ?? []);
  return [...(core.has(name) ? (['core'] as const) : []), ...others];
}

function coreOf(services: Services): ReadonlySet<string> {
  return new Set(coreContracts.flatMap((kind) => defaultProvider(kind, services)?.name ?? []));
}

/**
 * Names of the services that these profiles choose beside the named ones, sorted. Of alternatives, which conflict or provide the same,
 * it is one: a named one, else one of `core`, else the one that declares the fewest conflicts.
 */
export function chooseByProfile({ profiles: wanted, named, without }: Wish, services: Services): readonly string[] {
  if (wanted.length === 0) return [];
  const core = coreOf(services);
  const taken: Service[] = named.flatMap((name) => lookUp(services, name) ?? []);
  const chosen: string[] = [];
  const candidates = Object.values(services)
    .filter(({ name }) => !named.includes(name) && !without.includes(name))
    .map((service) => ({ service, in: profilesBeside(core, service) }))
    .filter((candidate) => candidate.in.some((profile) => wanted.includes(profile)))
    .toSorted((a, b) => Number(b.in.includes('core')) - Number(a.in.includes('core')) || byPreference(a.service, b.service));
  for (const { service } of candidates) {
    if (taken.some((other) => areAlternatives(service, other))) continue;
    taken.push(service);
    chosen.push(service.name);
  }
  return chosen.toSorted();
}

/** The service that is taken for a contract where nobody chose: the one that declares the fewest conflicts, then the first by name. */
export function defaultProvider(kind: string, services: Services): Service | undefined {
  return providersByPreference(kind, services)[0];
}

/** Every provider of a contract, the default one first. */
export function providersByPreference(kind: string, services: Services): readonly Service[] {
  return Object.values(services)
    .filter((service) => isProviderOf(kind, service))
    .toSorted(byPreference);
}

export function isProviderOf(kind: string, { provides }: Service): boolean {
  return provides !== undefined && Object.hasOwn(provides, kind);
}

/** Whether one of the two says that it cannot stand beside the other. */
export function areInConflict(a: Service, b: Service): boolean {
  return (a.conflicts ?? []).includes(b.name) || (b.conflicts ?? []).includes(a.name);
}

function areAlternatives(a: Service, b: Service): boolean {
  return areInConflict(a, b) || Object.keys(a.provides ?? {}).some((kind) => isProviderOf(kind, b));
}

function byPreference(a: Service, b: Service): number {
  return (a.conflicts ?? []).length - (b.conflicts ?? []).length || (a.name < b.name ? -1 : 1);
}

function lookUp(services: Services, name: string): Service | undefined {
  return Object.hasOwn(services, name) ? services[name] : undefined;
}
