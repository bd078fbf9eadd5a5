import { expect, test } from 'vitest';
import { printValue } from '../service/index.ts';
import { ldap, ldapContract } from './ldap.ts';
import { overSocket } from './ldap-socket.ts';
import { isProbeIn, isProbeName, probeAccounts } from './probe-accounts.ts';

const cluster = { name: 'test', domain: 'example.org', bind: '127.0.0.1', admin: { name: 'anna', email: 'anna@example.org' } };
const provider = { name: 'directory', provision: { port: 'main' }, address: { host: 'directory', port: 389 }, url: '' };
const reveal = { secret: ({ id }: { readonly id: string }) => `<${id}>`, file: () => '' };

/** The records that each step sends, by the step's title, for a cluster with a sign-on server and an app. */
function recordsOf(): Readonly<Record<string, readonly string[]>> {
  const needs = { guard: ldap({ passwords: 'write' }), wiki: ldap() };
  const grants = Object.entries(needs).map(([client, { kind, request }]) => ({
    kind,
    client,
    key: 'people',
    provider: provider.name,
    request,
    ...ldapContract.grant({ client: { name: client, url: '' }, key: 'people', request, provider, cluster }),
    clientUrl: '',
  }));
  const steps = ldapContract.apply?.({ cluster, groups: ['viewer', 'operator', 'admin', 'book-club'], provider, grants }) ?? [];
  return Object.fromEntries(
    steps.map(({ title, input }) => [
      title,
      printValue(input, reveal)
        .split('\n\n')
        .filter((record) => record !== ''),
    ]),
  );
}

function groupsIn(step: string, name: string): readonly string[] {
  return (recordsOf()[step] ?? [])
    .filter((record) => record.endsWith(`member: uid=${name},ou=people,dc=example,dc=org`))
    .map((record) => /^dn: cn=([\w-]+),ou=groups/.exec(record)?.[1] ?? '');
}

test('the owner has a name to show, and is in every group from its beginning', () => {
  const entries = recordsOf()['people, groups and accounts that are missing'];
  expect(entries).toContain(
    'dn: uid=anna,ou=people,dc=example,dc=org\nobjectClass: inetOrgPerson\nuid: anna\ncn: anna\nsn: anna\ndisplayName: anna\nmail: anna@example.org\nuserPassword: <admin.password>',
  );
  expect(entries).toContain(
    'dn: cn=book-club,ou=groups,dc=example,dc=org\nobjectClass: groupOfNames\ncn: book-club\nmember: cn=nobody,dc=example,dc=org\nmember: uid=anna,ou=people,dc=example,dc=org',
  );
});

test('only the client that asked for it may set passwords', () => {
  const [writers] = (recordsOf()['password policies and who may set passwords'] ?? []).filter((record) =>
    record.startsWith('dn: cn=password-writers,'),
  );
  expect(writers?.split('\n').slice(2)).toEqual([
    'replace: member',
    'member: cn=nobody,dc=example,dc=org',
    'member: cn=guard,ou=services,dc=example,dc=org',
    '-',
  ]);
});

test.each([
  ['viewer', ['viewer']],
  ['operator', ['operator']],
  ['admin', ['admin']],
  ['member', ['book-club']],
  ['stranger', []],
  ['disabled', ['viewer', 'operator', 'admin', 'book-club']],
] as const)('the probe %s is in %j, and taken out of all others', (role, groups) => {
  const all = ['viewer', 'operator', 'admin', 'book-club'];
  const { name } = probeAccounts[role];
  expect(groupsIn('groups of the probe accounts', name)).toEqual(groups);
  expect(groupsIn('groups that are not for the probe accounts', name)).toEqual(all.filter((group) => !isProbeIn(role, group)));
  expect(isProbeName(name)).toBe(true);
});

test('one probe alone is disabled', () => {
  const locked = recordsOf()['the probe that is disabled']?.filter((record) => /^pwdAccountLockedTime: 000001010000Z$/m.test(record));
  expect(locked?.map((record) => record.split('\n')[0])).toEqual(['dn: uid=datamancy-probe-disabled,ou=people,dc=example,dc=org']);
});

test('a value on a command line is read by no shell', () => {
  const hostile = '$(id)"; `id`';
  const [shell, option, line, ...rest] = overSocket('ldapsearch -LLL', hostile);
  expect([shell, option, rest]).toEqual(['sh', '-c', ['sh', hostile]]);
  expect(line).toBe('exec ldapsearch -LLL -Q -Y EXTERNAL -H "${LDAPI_URI:-ldapi:///}" "$@"');
});
