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

/** The three tiers that every cluster has. */
export const tiers = ['viewer', 'operator', 'admin'] as const;

/** `example.org` is `dc=example,dc=org`. */
export function suffixOf(domain: string): string {
  return domain
    .split('.')
    .map((label) => `dc=${label}`)
    .join(',');
}

/** A service account for each client; people and groups are created once and never changed here. */
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
  providerSecrets: [{ id: administratorPassword.id, spec: { kind: 'password', length: 24 } }],
  apply: directorySteps,
};

/** ldapadd's status for an entry that is already there (RFC 4511, entryAlreadyExists). */
const alreadyExists = 68;

function directorySteps(input: ApplyInput<Readonly<Record<string, never>>, LdapGrant>): readonly Step[] {
  return [
    {
      title: 'people, groups and accounts that are missing',
      argv: overSocket('ldapadd -c'),
      input: renderDirectoryEntries(input),
      okStatuses: [0, alreadyExists],
    },
    {
      title: 'passwords of service accounts',
      argv: overSocket('ldapmodify'),
      input: renderAccountPasswords(input.grants.map(({ grant }) => grant)),
    },
  ];
}

/** The directory's own socket knows the caller by his uid, so that no password is needed (SASL EXTERNAL). */
function overSocket(command: string): readonly [string, ...string[]] {
  return ['sh', '-c', `exec ${command} -Q -Y EXTERNAL -H "\${LDAPI_URI:-ldapi:///}"`];
}

/** LDIF of every entry that the cluster starts with; entries that exist are left as their owner made them. */
export function renderDirectoryEntries({
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
  const accounts = grants.flatMap(
    ({ client, grant }) =>
      text`dn: ${grant.bindDn}\nobjectClass: applicationProcess\nobjectClass: simpleSecurityObject\ncn: ${client}\nuserPassword: ${grant.bindPassword}\n\n`
        .parts,
  );
  return { kind: 'text', parts: [...units, ...owner.parts, ...groupEntries, ...accounts] };
}

function renderAccountPasswords(grants: readonly LdapGrant[]): Text<string | Secret> {
  const parts = grants.flatMap(
    ({ bindDn, bindPassword }) => text`dn: ${bindDn}\nchangetype: modify\nreplace: userPassword\nuserPassword: ${bindPassword}\n\n`.parts,
  );
  return { kind: 'text', parts };
}
