import type { Person } from '../directory.ts';
import type { AuthorizationPolicy, Factors } from './settings.ts';

/**
 * How many factors a person must have proved for a client, or that he may not use it. Without an address, as when the client's server
 * asks, networks are no criterion: where the person was counted when he signed in.
 */
export function judge(policy: AuthorizationPolicy, person: Person, address: string | undefined): Factors {
  const rule = policy.rules.find(
    ({ subjects, networks }) =>
      (networks === undefined || address === undefined || networks(address)) &&
      (subjects.length === 0 ||
        subjects.some((all) => all.every(({ kind, name }) => (kind === 'user' ? person.username === name : person.groups.includes(name))))),
  );
  return rule?.policy ?? policy.defaultPolicy;
}
