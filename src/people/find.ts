import { closest } from 'fastest-levenshtein';
import { DatamancyError } from '../kit/errors.ts';
import type { Group, People, Person } from './person.ts';

/**
 * The person of this name, in any case of letters. E_PERSON_UNKNOWN with the nearest where there is none; E_PERSON_KEPT for an account
 * that no person uses, because the cluster sets it right again at each `up`.
 */
export function findPerson({ people }: People, name: string): Person {
  const found = people.find((person) => isSame(person.name, name));
  if (found?.kind === 'person') return found;
  if (found) {
    throw new DatamancyError('E_PERSON_KEPT', `${found.name} is an account of the cluster itself and no person`, {
      fix: 'leave it as it is; datamancy up makes such accounts and keeps them',
    });
  }
  const names = people.filter(({ kind }) => kind === 'person').map((person) => person.name);
  throw new DatamancyError('E_PERSON_UNKNOWN', `there is no person ${shown(name)}`, {
    fix: names.length === 0 ? 'add one with: datamancy users add' : `did you mean ${closest(name, names)}? datamancy users list shows all`,
  });
}

/** The group of this name; E_GROUP_UNKNOWN with the nearest where there is none. */
export function findGroup({ groups }: People, name: string): Group {
  const found = groups.find((group) => isSame(group.name, name));
  if (found) return found;
  throw new DatamancyError('E_GROUP_UNKNOWN', `there is no group ${shown(name)}`, { fix: unknownGroupFix(groups, name) });
}

/** What to do about a group that is not there. */
export function unknownGroupFix(groups: readonly Group[], name: string): string {
  const names = groups.map((group) => group.name);
  if (names.length === 0) return 'run datamancy up, which makes the groups of this cluster';
  return `did you mean ${closest(name, names)}? datamancy groups list shows all, datamancy groups add makes one`;
}

/** Whether two names mean the same entry: the directory does not tell capitals from small letters. */
export function isSame(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

/** A name as typed, short and without anything that a terminal would act on. */
export function shown(name: string): string {
  const short = name.length > 60 ? `${name.slice(0, 59)}…` : name;
  return JSON.stringify(short);
}
