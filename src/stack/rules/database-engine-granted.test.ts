import { expect, test } from 'vitest';
import { postgres } from '../../contracts/index.ts';
import { findingsOf, problemsOf, sampleApp, sampleProvider } from '../sample.ts';
import { databaseEngineGranted } from './database-engine-granted.ts';

test('an engine other than the granted one is refused', () => {
  expect(
    problemsOf([
      sampleProvider('postgresql', 'postgres', 5432),
      sampleApp('planka', { needs: { db: postgres() }, env: () => ({ DB_TYPE: 'mysql' }) }),
    ]),
  ).toEqual([
    'database-engine-granted planka: its variable DB_TYPE means mariadb, and it is granted postgres; name the engine that is granted, or need mariadb',
  ]);
});

test('the granted one passes, and any word where no database is granted', () => {
  expect(
    findingsOf(databaseEngineGranted, [
      sampleProvider('postgresql', 'postgres', 5432),
      sampleApp('planka', {
        needs: { db: postgres() },
        env: () => ({ DB_ENGINE: 'postgresql', DATABASE_URL: 'postgres://x', DB_POOL: 'mysql' }),
      }),
      sampleApp('wekan', { env: () => ({ DB_CONNECTION: 'sqlite' }) }),
    ]),
  ).toEqual([]);
});
