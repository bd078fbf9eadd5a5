import type { ImportedDraft, ImportFile } from './import.ts';
import { type LdifRecord, parseLdif } from './ldif.ts';

const personClasses = ['inetorgperson', 'organizationalperson', 'person', 'posixaccount'];
const groupClasses = ['groupofnames', 'groupofuniquenames', 'posixgroup'];

/**
 * People of another directory, as slapcat or ldapsearch prints them. Groups come from `memberOf` and from the entries of groups in the
 * same file. A digest of a password cannot be taken over, because nothing can be said about the password behind it.
 */
export function readLdif(text: string): ImportFile {
  const { records, faults } = parseLdif(text);
  const people = records.filter((record) => isOf(record, personClasses));
  const groups = records.filter((record) => isOf(record, groupClasses));
  const digests = people.filter((record) => passwordsOf(record).some(isDigest)).length;
  const others = records.length - people.length - groups.length;
  return {
    drafts: people.map((record) => draftOf(record, groups)),
    problems: faults.map((fault) => ({ ...fault, fix: 'give entries as slapcat or ldapsearch -LLL prints them' })),
    notes: [
      ...(others > 0 ? [`${others} entries that are neither people nor groups are left out`] : []),
      ...(digests > 0 ? [`${digests} passwords are digests and are left out: those people choose new ones by their links`] : []),
    ],
  };
}

function draftOf(record: LdifRecord, groups: readonly LdifRecord[]): ImportedDraft {
  const name = first(record, 'uid');
  const password = passwordsOf(record).find((value) => !isDigest(value));
  const own = valuesOf(record, 'memberof').map(nameIn);
  const listed = groups.filter((group) => isMember(group, record.dn, name)).map((group) => first(group, 'cn'));
  return {
    line: record.line,
    name,
    mail: first(record, 'mail'),
    fullName: first(record, 'displayname') || first(record, 'cn'),
    groups: [...own, ...listed],
    ...(password === undefined ? {} : { password }),
  };
}

function isMember(group: LdifRecord, dn: string, name: string): boolean {
  const byDn = [...valuesOf(group, 'member'), ...valuesOf(group, 'uniquemember')];
  return byDn.some((member) => sameDn(member, dn)) || valuesOf(group, 'memberuid').includes(name);
}

function sameDn(one: string, other: string): boolean {
  const plain = (dn: string): string => dn.toLowerCase().replaceAll(/\s*([,=])\s*/g, '$1');
  return plain(one) === plain(other);
}

/** `cn=staff,ou=groups,dc=old` is `staff`. */
function nameIn(dn: string): string {
  return /^[^=]+=\s*(?<name>[^,]*)/.exec(dn)?.groups?.['name']?.trim() ?? dn;
}

function passwordsOf(record: LdifRecord): readonly string[] {
  return valuesOf(record, 'userpassword');
}

function isDigest(password: string): boolean {
  return /^\{[^}]+\}/.test(password);
}

function valuesOf({ attributes }: LdifRecord, name: string): readonly string[] {
  return attributes.filter((attribute) => attribute.name === name).map(({ value }) => value);
}

function first(record: LdifRecord, name: string): string {
  return valuesOf(record, name)[0] ?? '';
}

function isOf(record: LdifRecord, classes: readonly string[]): boolean {
  return valuesOf(record, 'objectclass').some((name) => classes.includes(name.toLowerCase()));
}
