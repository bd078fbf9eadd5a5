import { expect, test } from 'vitest';
import type { Secret, Service } from '../../service/index.ts';
import { file } from '../../service/index.ts';
import { authorityCertificate, clusterAuthority, oidc, postgres, qdrant, secret } from '../../contracts/index.ts';
import { findingsOf, sampleApp, sampleProvider, sampleSecret, sampleService } from '../sample.ts';
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

test('a client of sign-on may trust the authority of the cluster, and never sign in its place', () => {
  const signOn = sampleProvider('gate', 'oidc', 9091);
  const client = (name: string, certificate: Secret): Service =>
    sampleApp(name, { needs: { signIn: oidc({ callback: '/callback' }) }, env: () => ({ SSL_CERT_FILE: file(certificate) }) });
  const stranger = sampleService('stranger', { env: () => ({ SSL_CERT_FILE: file(authorityCertificate) }) });
  expect(findingsOf(secretGranted, [signOn, client('reader', authorityCertificate), client('forger', clusterAuthority), stranger])).toEqual(
    [
      'forger: it uses the secret cluster.authority, which no need of it grants; ask for it under needs, and use what is granted',
      'stranger: it uses the secret cluster.authority, which no need of it grants; ask for it under needs, and use what is granted',
    ],
  );
});

test('a worker may use what its service is granted, and a client the one key that its provider has for all', () => {
  const unit = { health: { command: ['true'] }, limits: { memory: '64MiB', cpus: 1 } } as const;
  const finder = sampleService('finder', {
    needs: { vectors: qdrant(), key: secret({ kind: 'uuid' }) },
    env: ({ vectors, key }) => ({ VECTORS_KEY: (vectors as { apiKey: Secret }).apiKey, KEY: key as Secret }),
    workers: {
      queue: { ...unit, command: () => ['work'] },
      thief: { ...unit, command: () => ['work'], env: () => ({ KEY: sampleSecret('gate.session') }) },
    },
  });
  expect(findingsOf(secretGranted, [finder, sampleProvider('qdrant', 'qdrant', 6333)])).toEqual([
    'finder-thief: it uses the secret gate.session, which no need of it grants; ask for it under needs, and use what is granted',
  ]);
});
