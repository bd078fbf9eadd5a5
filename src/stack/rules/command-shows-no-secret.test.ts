import { expect, test } from 'vitest';
import { findingsOf, problemsOf, sampleApp } from '../sample.ts';
import { commandShowsNoSecret } from './command-shows-no-secret.ts';

test('a password in a command is refused', () => {
  expect(problemsOf([sampleApp('planka', { command: () => ['serve', '--password=hunter2'] })])).toEqual([
    'command-shows-no-secret planka: its command shows --password in clear; give it as a file or a variable: file(…) stands for the path of a secret',
  ]);
});

test('a path, a variable and other options pass', () => {
  expect(
    findingsOf(commandShowsNoSecret, [
      sampleApp('planka', {
        command: () => ['serve', '--password-file=/run/x', '--token', '/run/y', '--secret=$SECRET', '--token-ttl', '5m', '--api-key=true'],
      }),
    ]),
  ).toEqual([]);
});
