import { expect, test } from 'vitest';
import { ldap, postgres, reach } from '../../contracts/index.ts';
import { findingsOf, sampleProvider, sampleService } from '../sample.ts';
import { noCycle } from './no-cycle.ts';

const database = sampleProvider('postgresql', 'postgres', 5432);

test('a circle of needs is refused and printed as a path', () => {
  const directory = { ...sampleProvider('openldap', 'ldap', 389), needs: { db: postgres() } };
  const store = { ...database, needs: { people: ldap() } };
  const client = sampleService('planka', { needs: { db: postgres() } });
  expect(findingsOf(noCycle, [directory, store, client])).toEqual([
    expect.stringContaining('openldap: waits for itself: openldap → postgresql → openldap'),
  ]);
});

test('a service that needs what it provides is a circle of one', () => {
  expect(findingsOf(noCycle, [{ ...database, needs: { db: postgres() } }])).toEqual([expect.stringContaining('postgresql → postgresql')]);
});

test('a service that looks for others of its kind does not wait for itself', () => {
  expect(findingsOf(noCycle, [{ ...database, needs: { peers: reach('postgres') } }])).toEqual([]);
});

test('a long chain is no circle', () => {
  const chain = [
    database,
    sampleService('a', { needs: { db: postgres() } }),
    { ...sampleProvider('b', 'ldap', 389), needs: { db: postgres() } },
  ];
  expect(findingsOf(noCycle, [...chain, sampleService('c', { needs: { people: ldap() } })])).toEqual([]);
});
