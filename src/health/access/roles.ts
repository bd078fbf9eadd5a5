import type { ProbeAccount, ProbeRole } from '../../contracts/index.ts';
import { isProbeIn, probeAccounts } from '../../contracts/index.ts';

/** Everybody who may stand before a route, in the order of the matrix. */
export const roles = ['anonymous', 'viewer', 'operator', 'admin', 'member', 'stranger', 'disabled'] as const;

export type Role = (typeof roles)[number];

/** A role with an account, which stands for it in the running cluster (docs/adr/0006-probe-accounts.md). */
export type Person = ProbeRole;

export const people: readonly Person[] = roles.filter((role) => role !== 'anonymous');

export function accountOf(person: Person): ProbeAccount {
  return probeAccounts[person];
}

/** The groups that the directory gives to a role, of all that the cluster has. */
export function groupsOfRole(role: Role, groups: readonly string[]): readonly string[] {
  return role === 'anonymous' ? [] : groups.filter((group) => isProbeIn(role, group));
}

/** As the subject of a sentence. */
export function nameOf(role: Role): string {
  switch (role) {
    case 'anonymous':
      return 'Somebody who is not signed in';
    case 'viewer':
    case 'stranger':
      return `A ${role}`;
    case 'operator':
    case 'admin':
      return `An ${role}`;
    case 'member':
      return "A member of the apps' groups";
    case 'disabled':
      return 'A disabled person';
  }
}
