import type { Secret, Text } from '../service/index.ts';
import { text } from '../service/index.ts';
import type { ApplyInput, Step } from './contract.ts';
import type { LdapGrant, LdapRequest } from './ldap.ts';
import { overSocket } from './ldap-socket.ts';
import { lockedForGood, passwordPolicy, treeOf } from './ldap-tree.ts';
import { isProbeIn, type ProbeRole, probeAccounts } from './probe-accounts.ts';

/** Initial password of the person who owns the cluster; set once, when that person is created. */
export const administratorPassword: Secret = { kind: 'secret', id: 'admin.password' };

type Input = ApplyInput<LdapRequest, LdapGrant>;
type Ldif = Text<string | Secret>;

/** Statuses of ldapadd for an entry, and of ldapmodify for a value, that is there already or not at all (RFC 4511, section 4.1.9). */
const alreadyExists = 68;
const valueExists = 20;
const noSuchValue = 16;

const roles = Object.keys(probeAccounts) as readonly ProbeRole[];

/** Brings a directory, new or old, to what this cluster needs of it. People, and who is in which group, stay as they are. */
export function directorySteps(input: Input): readonly Step[] {
  return [
    {
      title: 'people, groups and accounts that are missing',
      argv: overSocket('ldapadd -c'),
      input: joined([structure(input), owner(input), groupEntries(input), ...accounts(input), ...probes(input)]),
      okStatuses: [0, alreadyExists],
    },
    { title: 'password policies and who may set passwords', argv: overSocket('ldapmodify'), input: rules(input) },
    { title: 'passwords of service and probe accounts', argv: overSocket('ldapmodify'), input: passwords(input) },
    { title: 'the probe that is disabled', argv: overSocket('ldapmodify'), input: locks(input) },
    {
      title: 'groups of the probe accounts',
      argv: overSocket('ldapmodify -c'),
      input: memberships(input, 'add'),
      okStatuses: [0, valueExists],
    },
    {
      title: 'groups that are not for the probe accounts',
      argv: overSocket('ldapmodify -c'),
      input: memberships(input, 'delete'),
      okStatuses: [0, noSuchValue],
    },
  ];
}

/** Entries that hold others, and those of policies, without the settings that {@link rules} gives them. */
function structure({ cluster }: Input): Ldif {
  const { suffix, policies, passwordWriters, nobody } = treeOf(cluster.domain);
  const units = ['people', 'groups', 'services', 'policies'].map((unit) =>
    record(`ou=${unit},${suffix}`, ['objectClass: organizationalUnit', `ou: ${unit}`]),
  );
  const policy = (name: string): string =>
    record(`cn=${name},${policies}`, ['objectClass: device', 'objectClass: pwdPolicy', `cn: ${name}`, 'pwdAttribute: userPassword']);
  const writers = record(passwordWriters, ['objectClass: groupOfNames', 'cn: password-writers', `member: ${nobody}`]);
  return text`${[...units, policy('default'), policy('services'), writers].join('')}`;
}

function owner({ cluster: { domain, admin } }: Input): Ldif {
  const entry = record(personDn(domain, admin.name), [
    'objectClass: inetOrgPerson',
    `uid: ${admin.name}`,
    `cn: ${admin.name}`,
    `sn: ${admin.name}`,
    `displayName: ${admin.name}`,
    `mail: ${admin.email}`,
  ]);
  return withPassword(entry, administratorPassword);
}

/** Whoever owns the cluster is in each group from its beginning. */
function groupEntries({ cluster: { domain, admin }, groups }: Input): Ldif {
  const tree = treeOf(domain);
  const members = [`member: ${tree.nobody}`, `member: ${personDn(domain, admin.name)}`];
  return text`${groups
    .map((group) => record(`cn=${group},${tree.groups}`, ['objectClass: groupOfNames', `cn: ${group}`, ...members]))
    .join('')}`;
}

function accounts({ cluster, grants }: Input): readonly Ldif[] {
  const policy = `cn=services,${treeOf(cluster.domain).policies}`;
  return grants.map(({ client, grant }) => {
    const classes = ['objectClass: applicationProcess', 'objectClass: simpleSecurityObject'];
    return withPassword(record(grant.bindDn, [...classes, `cn: ${client}`, `pwdPolicySubentry: ${policy}`]), grant.bindPassword);
  });
}

function probes({ cluster: { domain } }: Input): readonly Ldif[] {
  return Object.values(probeAccounts).map(({ name, password }) => {
    const names = [`uid: ${name}`, `cn: ${name}`, `sn: ${name}`, `displayName: ${name}`, `mail: ${name}@datamancy.invalid`];
    const about = 'description: no person; datamancy validate signs in with it';
    return withPassword(record(personDn(domain, name), ['objectClass: inetOrgPerson', ...names, about]), password);
  });
}

/**
 * A password is checked before it is hashed, and a hash is refused. There is no history of old ones: slapd compares with them before it
 * asks whether the caller may write, so that every service account could try out passwords (docs/adr/0008-people-in-the-directory.md).
 * Wrong passwords do not lock a service account: whoever reaches the directory could lock everybody's sign-in out.
 */
function rules({ cluster: { domain }, grants }: Input): Text<string> {
  const { policies, passwordWriters, nobody } = treeOf(domain);
  const { minLength, failures, lockSeconds } = passwordPolicy;
  const writers = grants.filter(({ request }) => request.passwords === 'write').map(({ grant }) => grant.bindDn);
  const people = {
    pwdAllowUserChange: ['TRUE'],
    pwdCheckQuality: ['2'],
    pwdMinLength: [minLength],
    pwdInHistory: [],
    pwdLockout: ['TRUE'],
    pwdMaxFailure: [failures],
    pwdLockoutDuration: [lockSeconds],
    pwdFailureCountInterval: [lockSeconds],
  };
  return text`${[
    replacement(`cn=default,${policies}`, people),
    replacement(`cn=services,${policies}`, { pwdAllowUserChange: ['FALSE'], pwdLockout: ['FALSE'] }),
    replacement(passwordWriters, { member: [nobody, ...writers] }),
  ].join('')}`;
}

function passwords({ cluster: { domain }, grants }: Input): Ldif {
  const all = [
    ...grants.map(({ grant }) => ({ dn: grant.bindDn, password: grant.bindPassword })),
    ...Object.values(probeAccounts).map(({ name, password }) => ({ dn: personDn(domain, name), password })),
  ];
  return joined(all.map(({ dn, password }) => text`dn: ${dn}\nchangetype: modify\nreplace: userPassword\nuserPassword: ${password}\n\n`));
}

/** After the passwords, because a new one ends a lock. */
function locks({ cluster: { domain } }: Input): Text<string> {
  return text`${roles
    .map((role) =>
      replacement(personDn(domain, probeAccounts[role].name), { pwdAccountLockedTime: role === 'disabled' ? [lockedForGood] : [] }),
    )
    .join('')}`;
}

/** With `add` also the member that keeps each group alive. */
function memberships({ cluster: { domain }, groups }: Input, change: 'add' | 'delete'): Text<string> {
  const tree = treeOf(domain);
  const membersOf = (group: string): readonly string[] => [
    ...(change === 'add' ? [tree.nobody] : []),
    ...roles.filter((role) => isProbeIn(role, group) === (change === 'add')).map((role) => personDn(domain, probeAccounts[role].name)),
  ];
  return text`${groups
    .flatMap((group) =>
      membersOf(group).map((member) => `dn: cn=${group},${tree.groups}\nchangetype: modify\n${change}: member\nmember: ${member}\n\n`),
    )
    .join('')}`;
}

function replacement(dn: string, values: Readonly<Record<string, readonly (string | number)[]>>): string {
  const changes = Object.entries(values).flatMap(([name, all]) => [`replace: ${name}`, ...all.map((value) => `${name}: ${value}`), '-']);
  return `dn: ${dn}\nchangetype: modify\n${changes.join('\n')}\n\n`;
}

function record(dn: string, lines: readonly string[]): string {
  return `dn: ${dn}\n${lines.join('\n')}\n\n`;
}

function withPassword(entry: string, password: Secret): Ldif {
  return text`${entry.trimEnd()}\nuserPassword: ${password}\n\n`;
}

function joined(pieces: readonly Ldif[]): Ldif {
  return { kind: 'text', parts: pieces.flatMap(({ parts }) => parts) };
}

function personDn(domain: string, name: string): string {
  return `uid=${name},${treeOf(domain).people}`;
}
