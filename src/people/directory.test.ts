import { expect, test } from 'vitest';
import type { ExecResult, UnitState } from '../runtime/runtime.ts';
import { memoryRuntime } from '../runtime/memory.ts';
import { openDirectory } from './directory.ts';

const { signal } = new AbortController();
const tree = 'dc=example,dc=org';

const entries = `dn: uid=anna,ou=people,${tree}
objectClass: inetOrgPerson
entryUUID: 1
uid: anna
cn: Anna
displayName: Anna Adams
mail: anna@example.org
pwdChangedTime: 20260101000000Z

dn: uid=Ben,ou=people,${tree}
objectClass: inetOrgPerson
uid: Ben
cn: Ben
pwdAccountLockedTime: 000001010000Z

dn: uid=carl,ou=people,${tree}
objectClass: inetOrgPerson
uid: carl
cn:: Q8OkcmwK

dn: uid=dora,ou=people,${tree}
objectClass: inetOrgPerson
uid: dora
cn: dora
pwdAccountLockedTime: ${new Date().toISOString().replaceAll(/[-:T]|\..*/g, '')}Z

dn: uid=emil,ou=people,${tree}
objectClass: inetOrgPerson
uid: emil
cn: emil
pwdAccountLockedTime: 20200101000000Z

dn: uid=datamancy-probe-viewer,ou=people,${tree}
objectClass: inetOrgPerson
uid: datamancy-probe-viewer
cn: datamancy-probe-viewer

dn: cn=gate,ou=services,${tree}
objectClass: applicationProcess
cn: gate

dn: cn=viewer,ou=groups,${tree}
objectClass: groupOfNames
cn: viewer
member: cn=nobody,${tree}
member: uid=anna,ou=people,${tree}
member: uid=ben,ou=People,${tree}

dn: cn=password-writers,ou=policies,${tree}
objectClass: groupOfNames
cn: password-writers
member: cn=gate,ou=services,${tree}
`;

interface Asked {
  readonly argv: readonly string[];
  readonly input: string | undefined;
}

async function directoryOf(answer: (asked: Asked) => ExecResult, becomes: Exclude<UnitState, 'absent' | 'created'> = 'healthy') {
  const asked: Asked[] = [];
  const runtime = memoryRuntime(() => ({
    becomes,
    exec: (argv, input) => {
      asked.push({ argv, input });
      return answer({ argv, input });
    },
  }));
  await runtime.apply({ number: 1, directory: '/', services: { openldap: { digest: 'x' } } }, ['openldap'], signal);
  return { asked, directory: openDirectory({ runtime, unit: 'openldap', domain: 'example.org' }) };
}

function said(stdout: string, status = 0, stderr = ''): ExecResult {
  return { status, stdout, stderr };
}

test('people, their groups and their states are read from what the directory prints', async () => {
  const { directory, asked } = await directoryOf(({ argv }) => said(argv.includes('1.1') ? `dn: uid=carl,ou=people,${tree}\n` : entries));
  const { people, groups } = await directory.read(signal);
  expect(people.map(({ name, fullName, groups: own, state, kind }) => [name, fullName, own.join(), state, kind])).toEqual([
    ['Ben', 'Ben', 'viewer', 'disabled', 'person'],
    ['anna', 'Anna Adams', 'viewer', 'active', 'person'],
    ['carl', 'Cärl\n', '', 'invited', 'person'],
    ['datamancy-probe-viewer', 'datamancy-probe-viewer', '', 'active', 'probe'],
    ['dora', 'dora', '', 'locked', 'person'],
    ['emil', 'emil', '', 'active', 'person'],
    ['gate', 'gate', '', 'active', 'service'],
  ]);
  expect(people.find(({ name }) => name === 'anna')).toMatchObject({ id: '1', passwordState: '1 20260101000000Z' });
  expect(groups.map(({ name, members }) => [name, members.length])).toEqual([['viewer', 2]]);
  expect(asked.map(({ argv }) => argv.slice(0, 2))).toEqual([
    ['sh', '-c'],
    ['sh', '-c'],
  ]);
});

test('a password travels on standard input and on no command line', async () => {
  const { directory, asked } = await directoryOf(() => said(''));
  await directory.write(['dn: uid=anna\nchangetype: modify\nreplace: userPassword\nuserPassword: secret words\n-\n'], signal);
  expect(asked).toHaveLength(1);
  expect(asked[0]?.argv.join(' ')).not.toContain('secret');
  expect(asked[0]?.input).toContain('userPassword: secret words');
});

test('a refusal is told in the server’s own words', async () => {
  const stderr = 'ldap_modify: Constraint violation (19)\n\tadditional info: Password fails quality checking policy\n';
  const { directory } = await directoryOf(() => said('modifying entry "uid=anna"\n', 19, stderr));
  await expect(directory.write(['x'], signal)).rejects.toMatchObject({
    code: 'E_DIRECTORY_FAILED',
    message: 'the directory refused: Constraint violation (19): Password fails quality checking policy',
  });
});

test('a directory that does not run is said to be so', async () => {
  const { directory } = await directoryOf(() => said(''), 'exited');
  await expect(directory.read(signal)).rejects.toMatchObject({ code: 'E_DIRECTORY_FAILED', message: 'openldap does not run (exited)' });
});
