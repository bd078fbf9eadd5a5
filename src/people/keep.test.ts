import { expect, test } from 'vitest';
import { findGroup, findPerson } from './find.ts';
import { keepAnAdmin, keepOwner } from './keep.ts';
import type { People, Person } from './person.ts';

function person(name: string, more: Partial<Person> = {}): Person {
  const mail = `${name}@example.org`;
  return {
    dn: `uid=${name}`,
    id: name,
    name,
    fullName: name,
    mail,
    groups: ['admin'],
    state: 'active',
    kind: 'person',
    passwordState: '',
    ...more,
  };
}

function withOthers(...others: readonly Person[]): People {
  return { people: [person('anna'), ...others], groups: [{ dn: 'cn=viewer', name: 'viewer', members: [] }] };
}

test.each([
  ['nobody else', []],
  ['somebody who is disabled', [person('ben', { state: 'disabled' })]],
  ['somebody who never chose a password', [person('ben', { state: 'invited' })]],
  ['a probe', [person('datamancy-probe-admin', { kind: 'probe' })]],
  ['somebody of a lower tier', [person('ben', { groups: ['operator'] })]],
])('the last admin is kept where there is %s', (_, others) => {
  expect(() => keepAnAdmin(withOthers(...others), person('anna'), 'removed')).toThrow(
    'anna cannot be removed: no other admin could sign in, and nobody could manage the cluster in a browser',
  );
});

test.each([
  ['another admin', [person('ben')], person('anna')],
  ['another who is locked for some minutes', [person('ben', { state: 'locked' })], person('anna')],
  ['an admin who cannot sign in anyway', [person('ben', { state: 'disabled' })], person('ben', { state: 'disabled' })],
])('an admin may go: %s', (_, others, leaving) => {
  expect(() => keepAnAdmin(withOthers(...others), leaving, 'removed')).not.toThrow();
});

test('whom cluster.yaml names stays, because the next up would make that person anew', () => {
  expect(() => keepOwner('anna', person('anna'))).toThrow('cluster.yaml names anna as its admin');
  expect(() => keepOwner('anna', person('ben'))).not.toThrow();
});

test('a person is found in any case of letters, and the nearest is named where there is none', () => {
  expect(findPerson(withOthers(), 'ANNA').name).toBe('anna');
  expect(() => findPerson(withOthers(), 'ana')).toThrow('there is no person "ana"');
  expect(() => findGroup(withOthers(), 'viewers')).toThrow('there is no group "viewers"');
});

test.each(['*', '*)(uid=*', 'a*', ' anna', 'anna\n', 'anna\u0000', 'uid=anna', 'x'.repeat(300)])(
  'nobody is meant by the name %j',
  (name) => {
    expect(() => findPerson(withOthers(), name)).toThrow(/^there is no person "/);
  },
);

test('accounts of the cluster itself are no targets', () => {
  const people = withOthers(person('gate', { kind: 'service' }), person('datamancy-probe-viewer', { kind: 'probe' }));
  for (const name of ['gate', 'datamancy-probe-viewer'])
    expect(() => findPerson(people, name)).toThrow('is an account of the cluster itself');
});
