import { expect, test } from 'vitest';
import { mariadb, postgres, valkey } from '../../contracts/index.ts';
import { findingsOf, sampleProvider, sampleService } from '../sample.ts';
import { grantUnique } from './grant-unique.ts';

const database = sampleProvider('postgresql', 'postgres', 5432);

test('two needs that come to one user at one server are refused', () => {
  const services = [
    database,
    sampleService('wiki-files', { needs: { db: postgres() } }),
    sampleService('wiki', { needs: { files: postgres() } }),
  ];
  expect(findingsOf(grantUnique, services)).toEqual([
    'wiki-files: wiki (as files) and wiki-files (as db) would be one user at postgresql: wiki_files; rename one of these needs in its definition',
  ]);
});

test('a further database that is another service’s own is refused', () => {
  const sql = sampleProvider('sql', 'mariadb', 3306);
  const services = [
    sql,
    sampleService('wiki', { needs: { db: mariadb({ databases: ['files', 'users'] }) } }),
    sampleService('wiki-files', { needs: { db: mariadb() } }),
  ];
  expect(findingsOf(grantUnique, services)).toEqual([
    expect.stringContaining('wiki (as db) and wiki-files (as db) would be one user at sql: wiki_files'),
  ]);
});

test('a service that would be the server’s own user is refused', () => {
  const own = { ...database, provides: { postgres: { port: 'main', superuser: 'datamancy' } } };
  expect(findingsOf(grantUnique, [own, sampleService('postgres', { needs: { db: postgres() } })])).toEqual([
    expect.stringContaining('it would be the user postgres at postgresql'),
  ]);
  expect(findingsOf(grantUnique, [own, sampleService('datamancy', { needs: { db: postgres() } })])).toHaveLength(1);
  expect(
    findingsOf(grantUnique, [sampleProvider('valkey', 'valkey', 6379), sampleService('default', { needs: { cache: valkey() } })]),
  ).toHaveLength(1);
});

test('one name at two servers is two users', () => {
  expect(
    findingsOf(grantUnique, [
      database,
      sampleProvider('valkey', 'valkey', 6379),
      sampleService('wiki', { needs: { db: postgres(), cache: valkey() } }),
    ]),
  ).toEqual([]);
});
