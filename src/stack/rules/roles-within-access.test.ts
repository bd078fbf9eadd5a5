import { expect, test } from 'vitest';
import { findingsOf, sampleApp } from '../sample.ts';
import { rolesWithinAccess } from './roles-within-access.ts';

const wiki = sampleApp('wiki', {
  route: { port: 'web', access: { groups: ['operator'] }, roles: { owner: ['admin'], guest: ['viewer', 'staff'] } },
});

test('a role for groups that may not enter is refused', () => {
  expect(findingsOf(rolesWithinAccess, [wiki])).toEqual([
    'wiki: its role guest is for viewer and staff, and only admin and operator may enter; let viewer and staff in too',
  ]);
});

test('the owner who lets in other groups is told which roles go with that', () => {
  expect(findingsOf(rolesWithinAccess, [wiki], { overrides: { wiki: { groups: ['viewer', 'staff'] } } })).toEqual([]);
  expect(findingsOf(rolesWithinAccess, [wiki], { overrides: { wiki: { groups: ['staff'] } } })).toEqual([
    'wiki: its role owner is for admin, and only staff may enter; let admin in too',
    'wiki: its role guest is for viewer, and only staff may enter; let viewer in too',
  ]);
});

test('roles of an app that decides by itself are its own affair', () => {
  const own = sampleApp('wiki', { route: { port: 'web', access: { open: 'a test' }, roles: { owner: ['admin'] } } });
  expect(findingsOf(rolesWithinAccess, [own])).toEqual([]);
});
