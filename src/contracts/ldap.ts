import type { Need, Secret, Text } from '../service/index.ts';
import { text } from '../service/index.ts';
import type { ApplyInput, Contract, Step } from './contract.ts';

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

export function ldap(): Need<'ldap', Readonly<Record<string, never>>, LdapGrant> {
  return { kind: 'ldap', request: {} };
}

/** Initial password of the person who owns the cluster; set once, when that person is created. */
export const administratorPassword: Secret = { kind: 'secret', id: 'admin.password' };

/** An account in which no person signs in: with it `datamancy validate` proves who gets in and who does not. */
export interface ProbeAccount {
  readonly name: string;
  readonly password: Secret;
}

/** The member is in every group that opens a route, the stranger in none (docs/adr/0006-probe-accounts.md). */
export const probeAccounts: { readonly member: ProbeAccount; readonly stranger: ProbeAccount } = {
  member: { name: 'datamancy-probe-member', password: { kind: 'secret', id: 'datamancy.probe-member' } },
  stranger: { name: 'datamancy-probe-stranger', password: { kind: 'secret', id: 'datamancy.probe-stranger' } },
};

/** The three tiers that every cluster has. */
export const tiers = ['viewer', 'operator', 'admin'] as const;

/** `example.org` is `dc=example,dc=org`. */
export function suffixOf(domain: string): string {
  return domain
    .split('.')
    .map((label) => `dc=${label}`)
    .join(',');
}

/** A service account for each client, and the two probe accounts; people and groups are created once and never changed here. */
export const ldapContract: Contract<Readonly<Record<string, never>>, LdapGrant> = {
  kind: 'ldap',
  network: 'data',
  grant: ({ client, key, provider, cluster }) => {
    const { host, port } = provider.address;
    const suffix = suffixOf(cluster.domain);
    const bindPassword: Secret = { kind: 'secret', id: `${client.name}.${key}` };
    return {
      grant: {
        url: `ldap://${host}:${port}`,
        host,
        port,
        suffix,
        peopleDn: `ou=people,${suffix}`,
        groupsDn: `ou=groups,${suffix}`,
        bindDn: `cn=${client.name},ou=services,${suffix}`,
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

/** Statuses of ldapadd for an entry, and of ldapmodify for a value, that is there already or not at all (RFC 4511, section 4.1.9). */
const alreadyExists = 68;
const valueExists = 20;
const noSuchValue = 16;

function directorySteps(input: ApplyInput<Readonly<Record<string, never>>, LdapGrant>): readonly Step[] {
  return [
    {
      title: 'people, groups and accounts that are missing',
      argv: overSocket('ldapadd -c'),
      input: renderDirectoryEntries(input),
      okStatuses: [0, alreadyExists],
    },
    {
      title: 'passwords of service and probe accounts',
      argv: overSocket('ldapmodify'),
      input: renderAccountPasswords(input),
    },
    {
      title: 'groups of the probe member',
      argv: overSocket('ldapmodify -c'),
      input: renderMembership(input, probeAccounts.member, 'add'),
      okStatuses: [0, valueExists],
    },
    {
      title: 'no groups of the probe stranger',
      argv: overSocket('ldapmodify -c'),
      input: renderMembership(input, probeAccounts.stranger, 'delete'),
      okStatuses: [0, noSuchValue],
    },
  ];
}

/** The directory's own socket knows the caller by his uid, so that no password is needed (SASL EXTERNAL). */
function overSocket(command: string): readonly [string, ...string[]] {
  return ['sh', '-c', `exec ${command} -Q -Y EXTERNAL -H "\${LDAPI_URI:-ldapi:///}"`];
}

/** LDIF of every entry that the cluster starts with; entries that exist are left as their owner made them. */
function renderDirectoryEntries({
  cluster,
  groups,
  grants,
}: Pick<ApplyInput<unknown, LdapGrant>, 'cluster' | 'groups' | 'grants'>): Text<string | Secret> {
  const suffix = suffixOf(cluster.domain);
  const person = `uid=${cluster.admin.name},ou=people,${suffix}`;
  const units = ['people', 'groups', 'services'].map(
    (unit) => `dn: ou=${unit},${suffix}\nobjectClass: organizationalUnit\nou: ${unit}\n\n`,
  );
  const owner = text`dn: ${person}\nobjectClass: inetOrgPerson\nuid: ${cluster.admin.name}\ncn: ${cluster.admin.name}\nsn: ${cluster.admin.name}\nmail: ${cluster.admin.email}\nuserPassword: ${administratorPassword}\n\n`;
  const groupEntries = groups.map(
    (group) => `dn: cn=${group},ou=groups,${suffix}\nobjectClass: groupOfNames\ncn: ${group}\nmember: ${person}\n\n`,
  );
  const policy = `dn: ${servicePolicyDn(cluster.domain)}\nobjectClass: device\nobjectClass: pwdPolicy\ncn: services\npwdAttribute: userPassword\npwdLockout: FALSE\n\n`;
  const accounts = grants.flatMap(
    ({ client, grant }) =>
      text`dn: ${grant.bindDn}\nobjectClass: applicationProcess\nobjectClass: simpleSecurityObject\ncn: ${client}\npwdPolicySubentry: ${servicePolicyDn(cluster.domain)}\nuserPassword: ${grant.bindPassword}\n\n`
        .parts,
  );
  const probes = Object.values(probeAccounts).flatMap(
    ({ name, password }) =>
      text`dn: ${probeDn(cluster.domain, name)}\nobjectClass: inetOrgPerson\nuid: ${name}\ncn: ${name}\nsn: ${name}\nmail: ${name}@${cluster.domain}\ndescription: no person; datamancy validate signs in with it\nuserPassword: ${password}\n\n`
        .parts,
  );
  return { kind: 'text', parts: [...units, policy, ...owner.parts, ...groupEntries, ...accounts, ...probes] };
}

/** Wrong passwords do not lock a service account: otherwise whoever reaches the directory could lock everybody's sign-in out. */
function servicePolicyDn(domain: string): string {
  return `cn=services,ou=policies,${suffixOf(domain)}`;
}

function renderAccountPasswords({ cluster, grants }: Pick<ApplyInput<unknown, LdapGrant>, 'cluster' | 'grants'>): Text<string | Secret> {
  const probes = Object.values(probeAccounts).map(({ name, password }) => ({ dn: probeDn(cluster.domain, name), password }));
  const accounts = [...grants.map(({ grant }) => ({ dn: grant.bindDn, password: grant.bindPassword })), ...probes];
  const parts = accounts.flatMap(
    ({ dn, password }) => text`dn: ${dn}\nchangetype: modify\nreplace: userPassword\nuserPassword: ${password}\n\n`.parts,
  );
  return { kind: 'text', parts };
}

function renderMembership(
  { cluster, groups }: Pick<ApplyInput<unknown, LdapGrant>, 'cluster' | 'groups'>,
  { name }: ProbeAccount,
  change: 'add' | 'delete',
): Text<string> {
  const parts = groups.map(
    (group) =>
      `dn: cn=${group},ou=groups,${suffixOf(cluster.domain)}\nchangetype: modify\n${change}: member\nmember: ${probeDn(cluster.domain, name)}\n\n`,
  );
  return { kind: 'text', parts };
}

function probeDn(domain: string, name: string): string {
  return `uid=${name},ou=people,${suffixOf(domain)}`;
}
