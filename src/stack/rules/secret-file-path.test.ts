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
