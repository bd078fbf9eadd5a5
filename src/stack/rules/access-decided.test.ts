import { expect, test } from 'vitest';
import { ldap, oidc } from '../../contracts/index.ts';
import type { Service } from '../../service/index.ts';
import { optional } from '../../service/index.ts';
import { findingsOf, sampleApp, sampleProvider, sampleSignOn } from '../sample.ts';
import { accessDecided } from './access-decided.ts';

const decided = (access: unknown): Service =>
  sampleApp('planka', {
    needs: { sso: oidc({ callback: '/callback' }), maybe: optional(oidc({ callback: '/callback' })) },
    route: { port: 'web', access },
  } as Partial<Service>);

test.each([
  [undefined, 'nobody decided who may pass its route'],
  [{}, 'nobody decided who may pass its route'],
  [{ open: '  ' }, 'its route is open without a reason'],
  [{ groups: [] }, 'its route lets in no group at all'],
  [{ login: 'db' }, 'its route stands on the need "db", which is no oidc need of it'],
  [{ login: 'sso', groups: [], start: '/' }, 'its route lets in no group at all'],
  [{ login: 'maybe', groups: ['viewer'], start: '/' }, 'its route stands on the need "maybe", which may go unanswered'],
  [{ directory: 'toString', why: 'a test' }, 'its route stands on the need "toString", which is no ldap need of it'],
])('the access %j is refused', (access, why) => {
  expect(findingsOf(accessDecided, [decided(access)])).toEqual([
    `planka: ${why}; give its route one access: login, directory, groups, or open with the reason`,
  ]);
});

test('a login by an oidc need, and one by the directory, pass', () => {
  const login = { ...decided({ login: 'sso', groups: ['viewer'], start: '/login' }), needs: { sso: oidc({ callback: '/callback' }) } };
  const directory = { ...decided({ directory: 'people', why: 'a test' }), name: 'wiki', needs: { people: ldap() } };
  expect(findingsOf(accessDecided, [login, directory, sampleSignOn, sampleProvider('openldap', 'ldap', 389)])).toEqual([]);
});
