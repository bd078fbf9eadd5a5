import { DatamancyError } from '../kit/errors.ts';
import type { People, Person } from './person.ts';

/** The tier that may do everything; without anybody in it nobody could manage the cluster. */
export const highestTier = 'admin';

/** Refuses a change after which nobody who can sign in would be an admin: E_PERSON_KEPT. */
export function keepAnAdmin({ people }: People, person: Person, what: string): void {
  const admins = people.filter(({ kind, state, groups }) => kind === 'person' && isAble(state) && groups.includes(highestTier));
  if (admins.length !== 1 || admins[0]?.dn !== person.dn) return;
  throw new DatamancyError(
    'E_PERSON_KEPT',
    `${person.name} cannot be ${what}: no other admin could sign in, and nobody could manage the cluster in a browser`,
    { fix: `make another one first: datamancy users groups NAME --add ${highestTier}` },
  );
}

/** Refuses to remove whom cluster.yaml names, because the next `up` would make that person anew: E_PERSON_KEPT. */
export function keepOwner(owner: string, person: Person): void {
  if (person.name !== owner) return;
  throw new DatamancyError('E_PERSON_KEPT', `${person.name} cannot be removed: cluster.yaml names ${person.name} as its admin`, {
    fix: 'name somebody else under admin.name in cluster.yaml, run datamancy up, then remove; or use datamancy users disable',
  });
}

function isAble(state: Person['state']): boolean {
  return state === 'active' || state === 'locked';
}
