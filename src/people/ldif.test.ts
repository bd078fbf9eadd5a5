import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { addPerson, joinGroup, setPassword } from './changes.ts';
import { ldifLine, parseLdif } from './ldif.ts';

/** What a person may try: operators of filters and LDIF, line ends, spaces at the ends, other scripts, and great length. */
const hostile = fc.oneof(
  fc.constantFrom(
    '*)(uid=*',
    ' anna',
    'anna ',
    ':anna',
    '<file:///etc/passwd',
    'a\nuserPassword: x',
    'a\r\n\r\ndn: cn=x',
    'ä漢🙂',
    '\u0000',
    '#a',
    '-',
  ),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 300 }),
  fc.string({ unit: 'binary', minLength: 1, maxLength: 300 }),
);

test('a value comes back as it was, whatever it is', () => {
  fc.assert(
    fc.property(fc.array(hostile, { minLength: 1, maxLength: 5 }), (values) => {
      const { records, faults } = parseLdif(['dn: cn=x', ...values.map((value) => ldifLine('cn', value)), ''].join('\n'));
      expect(faults).toEqual([]);
      expect(records).toHaveLength(1);
      expect(records[0]?.attributes.map(({ value }) => value)).toEqual(values);
    }),
  );
});

test('whatever a person is called, one change is sent, about one entry, and no line of it is the person’s', () => {
  fc.assert(
    fc.property(hostile, hostile, hostile, (fullName, mail, password) => {
      const lines = addPerson('example.org', { name: 'anna', mail, fullName, groups: [], password }).split('\n');
      const names = lines.map((line) => line.split(':')[0]);
      expect(names).toEqual(['dn', 'changetype', 'objectClass', 'uid', 'cn', 'sn', 'displayName', 'mail', 'userPassword', '']);
      expect(lines.slice(0, 2)).toEqual(['dn: uid=anna,ou=people,dc=example,dc=org', 'changetype: add']);
      expect(lines.join('\n')).toMatch(/^[\x20-\x7e\n]*$/);
    }),
  );
});

test('a DN from the directory cannot become more than a DN', () => {
  fc.assert(
    fc.property(hostile, hostile, (person, group) => {
      const lines = joinGroup({ dn: group }, { dn: person }).split('\n');
      expect(lines.map((line) => line.split(':')[0])).toEqual(['dn', 'changetype', 'add', 'member', '-', '']);
      expect(setPassword({ dn: person }, group).split('\n')).toHaveLength(6);
    }),
  );
});

test('folded lines, comments, a version, base64 and both line ends are read', () => {
  const { records, faults } = parseLdif(
    'version: 1\r\n# a comment\r\n  that goes on\r\ndn:: dWlkPWFubmE=\r\ncn: Anna\r\n  Adams\r\nDescription:no space\r\n\r\n\r\ndn: uid=ben\ncn;lang-de: Ben\n',
  );
  expect(faults).toEqual([]);
  expect(records).toEqual([
    {
      dn: 'uid=anna',
      line: 4,
      attributes: [
        { name: 'cn', value: 'Anna Adams', line: 5 },
        { name: 'description', value: 'no space', line: 7 },
      ],
    },
    { dn: 'uid=ben', line: 10, attributes: [{ name: 'cn;lang-de', value: 'Ben', line: 11 }] },
  ]);
});

test('every line that cannot be read is named, and the records around it are still read', () => {
  const { records, faults } = parseLdif(
    'dn: a\ncn: x\n\ndn: b\nnonsense\n\ncn: without dn\n\ndn: c\nchangetype: delete\n\ndn: d\ncn:: !\njpegPhoto:< file:///x\n\ndn: e\n',
  );
  expect(records.map(({ dn }) => dn)).toEqual(['a', 'e']);
  expect(faults.map(({ line, what }) => `${line} ${what}`)).toEqual([
    '5 "nonsense" is no line of LDIF',
    '7 the record does not begin with dn:',
    '10 the record is a change; only entries can be read',
    '13 cn is no base64',
    '14 jpegPhoto names a file to read, which is not done',
  ]);
});
