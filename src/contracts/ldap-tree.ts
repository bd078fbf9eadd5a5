/** The three tiers that every cluster has, lowest first. */
export const tiers = ['viewer', 'operator', 'admin'] as const;

/** What slapd asks of a password and how long it keeps an account out; its counter starts later than that of the sign-on server. */
export const passwordPolicy = { minLength: 10, failures: 100, lockSeconds: 300 } as const;

/** Value of `pwdAccountLockedTime` that no time ends: the person is disabled (slapo-ppolicy(5)). */
export const lockedForGood = '000001010000Z';

/** `example.org` is `dc=example,dc=org`. */
export function suffixOf(domain: string): string {
  return domain
    .split('.')
    .map((label) => `dc=${label}`)
    .join(',');
}

/** Where the directory keeps what. Names that stand in these are held to patterns, so nothing in them needs escaping. */
export function treeOf(domain: string): {
  readonly suffix: string;
  readonly people: string;
  readonly groups: string;
  readonly services: string;
  readonly policies: string;
  /** Member of every group, for a group must have one; no entry stands behind it, and images/openldap/settings.ldif names it too. */
  readonly nobody: string;
  /** Group of the accounts that may set passwords of people; images/openldap/settings.ldif names it too. */
  readonly passwordWriters: string;
} {
  const suffix = suffixOf(domain);
  const policies = `ou=policies,${suffix}`;
  return {
    suffix,
    people: `ou=people,${suffix}`,
    groups: `ou=groups,${suffix}`,
    services: `ou=services,${suffix}`,
    policies,
    nobody: `cn=nobody,${suffix}`,
    passwordWriters: `cn=password-writers,${policies}`,
  };
}
