import { expect, test } from 'vitest';
import type { Secret, Service } from '../../service/index.ts';
import { file, text, yaml } from '../../service/index.ts';
import { secret } from '../../contracts/index.ts';
import { findingsOf, sampleService } from '../sample.ts';
import { secretUsed } from './secret-used.ts';

const needs = { session: secret({ kind: 'hex', bytes: 32 }) };

test('a secret that nothing reads is refused', () => {
  expect(findingsOf(secretUsed, [sampleService('planka', { needs })])).toEqual([
    'planka: it asks for the secret session and uses it nowhere; use session in env, command or files, or drop the need',
  ]);
});

test('used in a variable, in a text, as a file, in a config file or on a command line, it passes', () => {
  const uses: readonly Partial<Service>[] = [
    { env: ({ session }) => ({ KEY: session as Secret }) },
    { env: ({ session }) => ({ KEY: text`a${session as Secret}` }) },
    { env: ({ session }) => ({ KEY_FILE: file(session as Secret) }) },
    { command: ({ session }) => ['run', file(session as Secret)] },
    { files: { main: { path: '/etc/a.yml', content: ({ session }) => yaml({ deep: [{ key: session as Secret }] }) } } },
  ];
  for (const use of uses) expect(findingsOf(secretUsed, [sampleService('planka', { needs, ...use })])).toEqual([]);
});

test('where the owner put another value into its variable, the definition is not told that it uses it nowhere', () => {
  const service = sampleService('planka', { needs, env: ({ session }) => ({ KEY: session as Secret }) });
  expect(findingsOf(secretUsed, [service], { overrides: { planka: { env: { KEY: 'abcdef' } } } })).toEqual([]);
});
