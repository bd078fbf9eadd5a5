import type { DeclaredPolicies } from '../../contracts/evm-payments.ts';

type DeclaredPolicy = DeclaredPolicies['policies'][number];

/** Limits in the token's smallest unit: they need no price, because nobody who could lie about one is asked. */
export interface Allowance extends Omit<DeclaredPolicy['allow'][number], 'max_per_transfer' | 'max_per_day'> {
  readonly max_per_transfer: bigint;
  readonly max_per_day: bigint;
}

export interface Policy extends Omit<DeclaredPolicy, 'allow'> {
  readonly allow: readonly Allowance[];
}

/** What the owner declared. Whom no policy names may transfer nothing. */
export interface Policies extends Omit<DeclaredPolicies, 'policies'> {
  readonly policies: readonly Policy[];
}

/** The declared policies with their amounts as numbers. */
export function policiesOf({ policies, ...rest }: DeclaredPolicies): Policies {
  return {
    ...rest,
    policies: policies.map((policy) => ({
      ...policy,
      allow: policy.allow.map((one) => ({
        ...one,
        max_per_transfer: BigInt(one.max_per_transfer),
        max_per_day: BigInt(one.max_per_day),
      })),
    })),
  };
}

/** Who asks, as the sign-on server says. */
export interface Person {
  /** What stands for the person whatever his name becomes. */
  readonly id: string;
  readonly name: string;
  readonly groups: readonly string[];
}

/** The first policy that names the person, else the first that names one of his groups. */
export function policyOf({ policies }: Policies, person: Person): Policy | undefined {
  return (
    policies.find(({ people }) => people.includes(person.name)) ??
    policies.find(({ groups }) => groups.some((group) => person.groups.includes(group)))
  );
}

export function isAdmin({ admins }: Policies, { groups }: Person): boolean {
  return groups.some((group) => admins.includes(group));
}
