import { lockedForGood, treeOf } from '../contracts/index.ts';
import { ldifLine } from './ldif.ts';
import type { Draft, Group, Person } from './person.ts';

/** Where a new person's entry stands. The name has the shape that cluster.yaml asks of names too, so it needs no escaping. */
export function personDn(domain: string, name: string): string {
  return `uid=${name},${treeOf(domain).people}`;
}

export function addPerson(domain: string, { name, mail, fullName, password }: Draft): string {
  const lastName = fullName.trim().split(/\s+/).at(-1) ?? name;
  return change(personDn(domain, name), 'add', [
    ldifLine('objectClass', 'inetOrgPerson'),
    ldifLine('uid', name),
    ldifLine('cn', fullName),
    ldifLine('sn', lastName),
    ldifLine('displayName', fullName),
    ldifLine('mail', mail),
    ...(password === undefined ? [] : [ldifLine('userPassword', password)]),
  ]);
}

export function removePerson({ dn }: Pick<Person, 'dn'>): string {
  return change(dn, 'delete', []);
}

export function setPassword({ dn }: Pick<Person, 'dn'>, password: string): string {
  return modification(dn, 'replace', 'userPassword', [password]);
}

/** Nobody signs in with the account until {@link enable}, whatever password is given (slapo-ppolicy(5)). */
export function disable({ dn }: Pick<Person, 'dn'>): string {
  return modification(dn, 'replace', 'pwdAccountLockedTime', [lockedForGood]);
}

/** Ends a lock of either kind; slapd forgets the wrong passwords with it. */
export function enable({ dn }: Pick<Person, 'dn'>): string {
  return modification(dn, 'replace', 'pwdAccountLockedTime', []);
}

export function joinGroup(group: Pick<Group, 'dn'>, { dn }: Pick<Person, 'dn'>): string {
  return modification(group.dn, 'add', 'member', [dn]);
}

export function leaveGroup(group: Pick<Group, 'dn'>, { dn }: Pick<Person, 'dn'>): string {
  return modification(group.dn, 'delete', 'member', [dn]);
}

/** A group without people: the member that stands for nobody keeps it alive. The name has been checked. */
export function addGroup(domain: string, name: string): string {
  const { groups, nobody } = treeOf(domain);
  return change(`cn=${name},${groups}`, 'add', [ldifLine('objectClass', 'groupOfNames'), ldifLine('cn', name), ldifLine('member', nobody)]);
}

export function removeGroup({ dn }: Pick<Group, 'dn'>): string {
  return change(dn, 'delete', []);
}

function modification(dn: string, kind: 'add' | 'replace' | 'delete', name: string, values: readonly string[]): string {
  return change(dn, 'modify', [`${kind}: ${name}`, ...values.map((value) => ldifLine(name, value)), '-']);
}

function change(dn: string, type: 'add' | 'delete' | 'modify', lines: readonly string[]): string {
  return [ldifLine('dn', dn), `changetype: ${type}`, ...lines, ''].join('\n');
}
