import type { Secret } from '../service/index.ts';
import { tiers } from './ldap-tree.ts';

/** An account in which no person signs in: with it `datamancy validate` proves who gets in and who does not. */
export interface ProbeAccount {
  readonly name: string;
  readonly password: Secret;
}

const prefix = 'datamancy-probe-';

/** The parts that probes play: one of each tier, a member of all that is no tier, one of nothing, and one who is disabled. */
export type ProbeRole = (typeof tiers)[number] | 'member' | 'stranger' | 'disabled';

/** One account for each part (docs/adr/0006-probe-accounts.md). */
export const probeAccounts: Readonly<Record<ProbeRole, ProbeAccount>> = {
  viewer: probe('viewer'),
  operator: probe('operator'),
  admin: probe('admin'),
  member: probe('member'),
  stranger: probe('stranger'),
  disabled: probe('disabled'),
};

/** Whether the probe of this part is in the group: those of a tier in their own only, the disabled one in every group. */
export function isProbeIn(role: ProbeRole, group: string): boolean {
  switch (role) {
    case 'disabled':
      return true;
    case 'stranger':
      return false;
    case 'member':
      return !tiers.some((tier) => tier === group);
    case 'viewer':
    case 'operator':
    case 'admin':
      return group === role;
  }
}

/** Whether a name of the directory is that of a probe and not of a person. */
export function isProbeName(name: string): boolean {
  return name.toLowerCase().startsWith(prefix);
}

function probe(role: ProbeRole): ProbeAccount {
  return { name: `${prefix}${role}`, password: { kind: 'secret', id: `datamancy.probe-${role}` } };
}
