import { groupsNamedBy } from '../stack/access.ts';
import type { ResolvedStack } from '../stack/stack.ts';

/** Services and outside clients that name this group: without it nobody could be let in there. */
export function usersOfGroup({ services, clients }: ResolvedStack, group: string): readonly string[] {
  const byRoute = services.filter((service) => groupsNamedBy(service).includes(group)).map(({ name }) => name);
  const byClient = clients.filter(({ groups }) => groups?.includes(group)).map(({ name }) => name);
  return [...new Set([...byRoute, ...byClient])].toSorted();
}
