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
  const [person] = await addPeople(cluster, [name], groups);
  if (!person) throw new Error('nobody was added');
  return person;
}

/** The same for many at once. */
export async function addPeople(cluster: string, names: readonly string[], groups: readonly string[]): Promise<readonly TestPerson[]> {
  const people = names.map((name) => ({ name, password: randomBytes(15).toString('base64url') }));
  const entries = people.map(
    ({ name, password }) =>
      `dn: ${dnOf(name)}\nchangetype: add\nobjectClass: inetOrgPerson\nuid: ${name}\ncn: ${name} Tester\nsn: Tester\nmail: ${name}@example.org\nuserPassword: ${password}\n`,
  );
  await modify(cluster, [...entries, ...groups.map((group) => membership(names, group, 'add'))].join('\n'));
  return people;
}

export async function removePerson(cluster: string, name: string, groups: readonly string[]): Promise<void> {
  await removePeople(cluster, [name], groups);
}

export async function removePeople(cluster: string, names: readonly string[], groups: readonly string[]): Promise<void> {
  if (names.length === 0) return;
  const entries = names.map((name) => `dn: ${dnOf(name)}\nchangetype: delete\n`);
  await modify(cluster, [...groups.map((group) => membership(names, group, 'delete')), ...entries].join('\n'));
}

function dnOf(name: string): string {
  return `uid=${name},ou=people,${suffix}`;
}

function membership(names: readonly string[], group: string, change: 'add' | 'delete'): string {
  const members = names.map((name) => `member: ${dnOf(name)}\n`).join('');
  return `dn: cn=${group},ou=groups,${suffix}\nchangetype: modify\n${change}: member\n${members}`;
}

async function modify(cluster: string, ldif: string): Promise<void> {
  const { Id } = await containerOf(cluster, 'openldap');
  const { status, stderr } = await run(['docker', 'exec', '-i', Id, 'ldapmodify', '-Q', '-Y', 'EXTERNAL', '-H', 'ldapi:///'], {
    input: ldif,
  });
  expect({ status, stderr }).toMatchObject({ status: 0 });
}
