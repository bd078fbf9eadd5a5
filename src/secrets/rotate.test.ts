import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { SecretRequest } from '../service/secret.ts';
import { openSecrets, type SecretStore } from './keep.ts';

const password: SecretRequest = { id: 'postgresql.superuser', spec: { kind: 'password' } };
const dataKey: SecretRequest = { id: 'forgejo.sessionKey', spec: { kind: 'hex', bytes: 32 }, keeps: 'data' };
const keys: SecretRequest = { id: 'gate.keys', spec: { kind: 'signing-keys' } };

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'datamancy-rotate-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

function open(): Promise<SecretStore> {
  return openSecrets(folder, { ageKeyFile: join(folder, 'age.key') });
}

test('a rotation of signing keys is kept, and what signed before is still there', async () => {
  const store = await open();
  await store.ensure([keys]);
  const [signed, next] = [store.reveal('gate.keys'), store.reveal('gate.keys', 'next')];
  await store.rotate(keys);
  const again = await open();
  expect([again.reveal('gate.keys', 'former'), again.reveal('gate.keys')]).toEqual([signed, next]);
  expect(await again.ensure([keys])).toEqual({ created: [], problems: [] });
  expect(again.values()).toEqual(expect.arrayContaining(['value', 'former', 'next'].map((part) => again.reveal('gate.keys', part))));
});

test('a secret that would be lost by a rotation is refused, with the way round where there is one', async () => {
  const store = await open();
  await store.ensure([password, dataKey]);
  const text = await readFile(join(folder, 'secrets.yaml'), 'utf8');
  await expect(store.rotate(password)).rejects.toMatchObject({
    code: 'E_SECRET_KEPT',
    message: 'postgresql.superuser is not rotated: a password has no old value that goes on beside the new',
    fix: expect.stringContaining('datamancy secrets set postgresql.superuser < file'),
  });
  await expect(store.rotate(dataKey)).rejects.toMatchObject({
    code: 'E_SECRET_KEPT',
    message: 'forgejo.sessionKey is not rotated: what is stored could not be read again without it',
    fix: 'nothing was changed; keep it as long as the data',
  });
  await expect(store.rotate(keys)).rejects.toMatchObject({ code: 'E_SECRET_UNKNOWN' });
  expect(await readFile(join(folder, 'secrets.yaml'), 'utf8')).toBe(text);
});
