import { expect, test } from 'vitest';
import { json } from '../../service/index.ts';
import { findingsOf, problemsOf, sampleApp, sampleSecret } from '../sample.ts';
import { credentialDefault } from './credential-default.ts';

test('a password that everybody knows is refused', () => {
  expect(problemsOf([sampleApp('planka', { env: () => ({ ADMIN_PASSWORD: 'admin' }) })])).toEqual([
    "credential-default planka: its variable ADMIN_PASSWORD is a credential that everybody knows; ask for one under needs: secret({ kind: 'password' })",
  ]);
});

test('words that are no credentials pass', () => {
  expect(
    findingsOf(credentialDefault, [
      sampleApp('planka', {
        env: () => ({ ADMIN_USER: 'admin', TOKEN: sampleSecret('planka.x'), SORT_KEY: 'created' }),
        files: { main: { path: '/a.json', content: () => json({ user: 'root', monkey: 'test' }) } },
      }),
    ]),
  ).toEqual([]);
});
