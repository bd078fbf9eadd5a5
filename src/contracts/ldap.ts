import type { Need, Secret } from '../service/index.ts';
import type { Contract } from './contract.ts';
import { administratorPassword, directorySteps } from './ldap-steps.ts';
import { treeOf } from './ldap-tree.ts';
import { probeAccounts } from './probe-accounts.ts';

export interface LdapRequest {
  /** For a sign-on server: it may set the passwords of people. Everybody else reads people and groups and nothing of a password. */
  readonly passwords?: 'write';
}

export interface LdapGrant {
  readonly url: string;
  readonly host: string;
  readonly port: number;
  readonly suffix: string;
  readonly peopleDn: string;
  readonly groupsDn: string;
  /** The client's own service account: reads people and groups, never a password. */
  readonly bindDn: string;
  readonly bindPassword: Secret;
  /** The directory's administrator, for people who manage it; no password is granted. */
  readonly adminDn: string;
}

export function ldap(request: LdapRequest = {}): Need<'ldap', LdapRequest, LdapGrant> {
  return { kind: 'ldap', request };
}

/** A service account for each client, and the probe accounts; people and groups are created once and never changed here. */
export const ldapContract: Contract<LdapRequest, LdapGrant> = {
  kind: 'ldap',
  network: 'data',
  grant: ({ client, key, provider, cluster }) => {
    const { host, port } = provider.address;
    const { suffix, people, groups, services } = treeOf(cluster.domain);
    const bindPassword: Secret = { kind: 'secret', id: `${client.name}.${key}` };
    return {
      grant: {
        url: `ldap://${host}:${port}`,
        host,
        port,
        suffix,
        peopleDn: people,
        groupsDn: groups,
        bindDn: `cn=${client.name},${services}`,
        bindPassword,
        adminDn: `cn=admin,${suffix}`,
      },
      secrets: [{ id: bindPassword.id, spec: { kind: 'password' } }],
    };
  },
  providerSecrets: [
    { id: administratorPassword.id, spec: { kind: 'password', length: 24 } },
    ...Object.values(probeAccounts).map(({ password }) => ({ id: password.id, spec: { kind: 'password', length: 40 } as const })),
  ],
  apply: directorySteps,
};
