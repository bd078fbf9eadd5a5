import { expect, test } from 'vitest';
import { findingsOf, sampleApp } from '../sample.ts';
import { groupNameValid } from './group-name-valid.ts';

test.each(['', 'Admins', 'a,dc=x', 'a\nmember: uid=evil', '1a', 'a b'])('the group %j is refused', (group) => {
  expect(findingsOf(groupNameValid, [sampleApp('adminer', { route: { port: 'web', access: { groups: [group] } } })])).toHaveLength(1);
});

test('an override is held to the same, and plain names pass', () => {
  const adminer = sampleApp('adminer', { route: { port: 'web', access: { groups: ['book-club'] } } });
  expect(findingsOf(groupNameValid, [adminer])).toEqual([]);
  expect(findingsOf(groupNameValid, [adminer], { overrides: { adminer: { groups: ['Böse'] } } })).toHaveLength(1);
});
