import type { Service } from '../service/index.ts';
import type { DeclarationInput } from './declaration-schema.ts';
import { missingProviders } from './missing-providers.ts';
import { chooseByProfile, profilesOf } from './profiles.ts';

type Services = Readonly<Record<string, Service>>;
type Wish = Pick<DeclarationInput, 'profiles' | 'without' | 'mail'>;

/**
 * Names of the services that the profiles of cluster.yaml choose beside the named ones, with the providers that these cannot do without.
 * What is left out stays out: an alternative takes its place where there is one.
 */
export function chooseServices(
  { profiles = [], without = [], mail }: Wish,
  named: readonly string[],
  services: Services,
): readonly string[] {
  const added = chooseByProfile({ profiles, named, without }, services);
  const providers = missingProviders({ added, chosen: named, outside: mail ? ['smtp'] : [], without }, services);
  return [...added, ...providers.map(({ name }) => name)].toSorted();
}

/** Whether the profiles would choose this service, or bring it, were it not left out. */
export function isLeftOutOfProfiles(name: string, wish: Wish, named: readonly string[], services: Services): boolean {
  const { profiles = [], without = [] } = wish;
  const service = Object.hasOwn(services, name) ? services[name] : undefined;
  if (!service || profilesOf(service, services).some((profile) => profiles.includes(profile))) return true;
  return chooseServices({ ...wish, without: without.filter((other) => other !== name) }, named, services).includes(name);
}
