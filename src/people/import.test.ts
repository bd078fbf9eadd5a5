import { expect, test } from 'vitest';
import { planImport } from './import.ts';
import type { People, Person } from './person.ts';
import { readCsv } from './read-csv.ts';
import { readLdif } from './read-ldif.ts';

function person(name: string, groups: readonly string[] = []): Person {
  const mail = `${name}@example.org`;
  return { dn: `uid=${name}`, id: name, name, fullName: name, mail, groups, state: 'active', kind: 'person', passwordState: '' };
}

const known: People = {
  people: [person('anna', ['admin'])],
  groups: ['admin', 'viewer', 'book-club'].map((name) => ({ dn: `cn=${name}`, name, members: [] })),
};

test('a CSV file with quotes, a byte order mark and columns in any order', () => {
  const file = readCsv(
    '\uFEFFEmail;'.replace(';', ',') + 'NAME,groups,Full_Name\r\nBen@EXAMPLE.org,ben,"viewer, book-club","Ben ""B"" Brown"\r\n\r\n',
  );
  expect(planImport(file, known)).toEqual({
    added: [{ name: 'ben', mail: 'Ben@example.org', fullName: 'Ben "B" Brown', groups: ['book-club', 'viewer'] }],
    existing: [],
    problems: [],
  });
});

test('people who are there already are left as they are, even with a line that would be wrong', () => {
  expect(planImport(readCsv('name,email\nANNA,none\n'), known)).toEqual({ added: [], existing: ['ANNA'], problems: [] });
});

test('every problem of a CSV file is told at once, with its line', () => {
  const text = [
    'name,email,full name,groups,password',
    'Ben,ben@example.org,Ben,,',
    '"carl","carl@example.org","Carl\nthe Second",viewer,a long enough one',
    'dora,anna@example.org,Dora,viewers,short',
    'emil,emil,Emil,,{SSHA}0123456789',
    'fred,fred@example.org,Fred,,',
    'fred,other@example.org,Fred,,',
    'gina,FRED@example.org,Gina,,',
    '*)(uid=*,h@example.org,H,,',
  ].join('\n');
  expect(planImport(readCsv(text), known).problems.map(({ line, what }) => `${line} ${what}`)).toEqual([
    '2 "Ben" is no name to sign in with',
    String.raw`3 "Carl\nthe Second" is no full name`,
    '5 anna@example.org is the address of anna already',
    '5 there is no group "viewers"',
    '5 the password has fewer than 10 characters',
    '6 "emil" is no mail address',
    '6 the password begins like a digest, as in {SSHA}',
    '8 "fred" stands on line 7 already',
    '9 "FRED@example.org" is the address of "fred" on line 7 too',
    '10 "*)(uid=*" is no name to sign in with',
  ]);
});

test.each([
  ['name,mail\na,b\n', ['1 there is no column email', '1 "mail" is no column that can be read']],
  ['', ['1 there is no column name', '1 there is no column email']],
  ['name,email\nanna\n', ['2 Invalid Record Length: columns length is 2, got 1 on line 2']],
  ['name,email\n"anna,b\n', [expect.stringContaining('Quote Not Closed')]],
])('a CSV file of another shape is refused: %j', (text, problems) => {
  expect(planImport(readCsv(text), known)).toMatchObject({ added: [] });
  expect(readCsv(text).problems.map(({ line, what }) => `${line} ${what}`)).toEqual(problems);
});

test('an LDIF file: people with their groups from either side, digests and other entries left out', () => {
  const file = readLdif(`version: 1

dn: dc=old
objectClass: domain

dn: uid=ben, ou=people,dc=old
objectClass: inetOrgPerson
uid: ben
cn:: QmVuIELDtmhtZQ==
mail: ben@old.example
memberOf: cn=viewer,ou=groups,dc=old
userPassword:: e1NTSEF9YWJj

dn: uid=carl,ou=people,dc=old
objectClass: person
objectClass: posixAccount
uid: carl
cn: Carl
displayName: Carl
  Clark
mail: carl@old.example
userPassword: a long enough one

dn: cn=book-club,ou=groups,dc=old
objectClass: groupOfNames
cn: book-club
member: UID=ben,ou=people,dc=old

dn: cn=admin,ou=groups,dc=old
objectClass: posixGroup
cn: admin
memberUid: carl
`);
  expect(planImport(file, known)).toEqual({
    added: [
      { name: 'ben', mail: 'ben@old.example', fullName: 'Ben Böhme', groups: ['book-club', 'viewer'] },
      { name: 'carl', mail: 'carl@old.example', fullName: 'Carl Clark', groups: ['admin'], password: 'a long enough one' },
    ],
    existing: [],
    problems: [],
  });
  expect(file.notes).toEqual([
    '1 entries that are neither people nor groups are left out',
    '1 passwords are digests and are left out: those people choose new ones by their links',
  ]);
});

test('every problem of an LDIF file is told at once, with its line', () => {
  const text = 'dn: uid=x\nobjectClass: person\ncn: X\nmail: x@example.org\n\nnonsense\n\ndn: uid=y\nobjectClass: person\nuid: y\ncn: Y\n';
  expect(planImport(readLdif(text), known).problems.map(({ line, what }) => `${line} ${what}`)).toEqual([
    '1 "" is no name to sign in with',
    '6 "nonsense" is no line of LDIF',
    '8 "" is no mail address',
  ]);
});
