import { expect, test } from 'vitest';
import { findingsOf, problemsOf, sampleApp } from '../sample.ts';
import { setupShowsNoSecret } from './setup-shows-no-secret.ts';

test('a password in a setup step is refused', () => {
  expect(
    problemsOf([sampleApp('planka', { setup: () => [{ title: 'the owner', argv: ['app', 'adduser', 'anna', '--password', 'hunter2'] }] })]),
  ).toEqual([
    'setup-shows-no-secret planka: its setup step “the owner” shows --password in clear; give it as input, which is read from standard input',
  ]);
});

test('one on standard input passes', () => {
  expect(
    findingsOf(setupShowsNoSecret, [
      sampleApp('planka', {
        setup: () => [{ title: 'the owner', argv: ['app', 'adduser', 'anna', '--password-file', '/dev/stdin'], input: 'x' }],
      }),
    ]),
  ).toEqual([]);
});
