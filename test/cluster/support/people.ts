import { randomBytes } from 'node:crypto';
import { expect } from 'vitest';
import { run } from '../../../src/kit/process.ts';
import { containerOf } from './containers.ts';

const suffix = 'dc=datamancy,dc=localhost';

export interface TestPerson {
  readonly name: string;
  readonly password: string;
}

/** Puts a person into the directory, in these groups, by the directory's own program. */
export async function addPerson(cluster: string, name: string, groups: readonly string[]): Promise<TestPerson> {
  const password = randomBytes(15).toString('base64url');
  const dn = `uid=${name},ou=people,${suffix}`;
  const person = `dn: ${dn}\nchangetype: add\nobjectClass: inetOrgPerson\nuid: ${name}\ncn: ${name} Tester\nsn: Tester\nmail: ${name}@example.org\nuserPassword: ${password}\n`;
  await modify(cluster, [person, ...groups.map((group) => membership(dn, group, 'add'))].join('\n'));
  return { name, password };
}

export async function removePerson(cluster: string, name: string, groups: readonly string[]): Promise<void> {
  const dn = `uid=${name},ou=people,${suffix}`;
  await modify(cluster, [...groups.map((group) => membership(dn, group, 'delete')), `dn: ${dn}\nchangetype: delete\n`].join('\n'));
}

function membership(dn: string, group: string, change: 'add' | 'delete'): string {
  return `dn: cn=${group},ou=groups,${suffix}\nchangetype: modify\n${change}: member\nmember: ${dn}\n`;
}

async function modify(cluster: string, ldif: string): Promise<void> {
  const { Id } = await containerOf(cluster, 'openldap');
  const { status, stderr } = await run(['docker', 'exec', '-i', Id, 'ldapmodify', '-Q', '-Y', 'EXTERNAL', '-H', 'ldapi:///'], {
    input: ldif,
  });
  expect({ status, stderr }).toMatchObject({ status: 0 });
}
