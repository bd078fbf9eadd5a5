import { expect, test } from 'vitest';
import { secret } from '../../contracts/index.ts';
import { file } from '../../service/index.ts';
import { findingsOf, problemsOf, sampleApp, sampleSecret } from '../sample.ts';
import { secretFilePath } from './secret-file-path.ts';

test('a secret where a path is read is refused', () => {
  expect(
    problemsOf([
      sampleApp('planka', { needs: { key: secret({ kind: 'password' }) }, env: () => ({ KEY_FILE: sampleSecret('planka.key') }) }),
    ]),
  ).toEqual([
    'secret-file-path planka: its variable KEY_FILE holds a secret where a path is read; use file(secret) where a path is read, and secret where a value is',
  ]);
});

test('paths and values in their places pass', () => {
  expect(
    findingsOf(secretFilePath, [
      sampleApp('planka', {
        env: () => ({
          KEY_FILE: file(sampleSecret('planka.key')),
          ADMIN_PASSWORD: sampleSecret('planka.key'),
          BIND_PW__FILE: file(sampleSecret('planka.key')),
          CONFIG_FILE: '/etc/x',
        }),
      }),
    ]),
  ).toEqual([]);
});

test.each(['GF_DATABASE_PASSWORD__FILE', 'API_KEY_FILE', 'TOKEN_FILE', 'CLIENT_SECRET_FILE'])(
  '%s with a value that is no path is refused',
  (variable) => {
    expect(findingsOf(secretFilePath, [sampleApp('planka')], { overrides: { planka: { env: { [variable]: 'hunter2' } } } })).toEqual([
      `planka: its variable ${variable} names a file, and holds no path of one; leave it out of cluster.yaml, or write the path of a file that the unit has`,
    ]);
  },
);

test('a path may be relative where no secret is in the file or its name ends as files do, and one may be empty', () => {
  expect(
    findingsOf(secretFilePath, [
      sampleApp('planka', { env: () => ({ LOG_FILE: 'app.log', TOKEN_FILE: '', KEY_FILE: '/app/key', TLS_KEY_FILE: 'server.key' }) }),
    ]),
  ).toEqual([]);
});
