import { expect, test } from 'vitest';
import type { Secret } from '../../service/index.ts';
import { postgres, secret } from '../../contracts/index.ts';
import { findingsOf, sampleProvider, sampleSecret, sampleService } from '../sample.ts';
import { secretGranted } from './secret-granted.ts';

test('the secret of another service is refused', () => {
  const thief = sampleService('thief', { env: () => ({ KEY: sampleSecret('gate.session') }) });
  expect(findingsOf(secretGranted, [thief])).toEqual([
    'thief: it uses the secret gate.session, which no need of it grants; ask for it under needs, and use what is granted',
  ]);
});

test('own secrets, granted ones and those of a provider pass', () => {
  const own = sampleService('planka', {
    needs: { session: secret({ kind: 'hex', bytes: 32 }), db: postgres() },
    env: ({ session, db }) => ({ KEY: session as Secret, PASSWORD: (db as { password: Secret }).password }),
  });
  const directory = { ...sampleProvider('openldap', 'ldap', 389), env: () => ({ FIRST: sampleSecret('admin.password') }) };
  expect(findingsOf(secretGranted, [own, directory, sampleProvider('postgresql', 'postgres', 5432)])).toEqual([]);
});
