import { expect, test } from 'vitest';
import { http } from '../../service/index.ts';
import { secret } from '../../contracts/index.ts';
import { findingsOf, sampleService } from '../sample.ts';
import { nameValid } from './name-valid.ts';

test.each(['Planka', 'a_b', '-a', 'a-', '1a', "a';DROP", 'a\nb', '../a', 'a'.repeat(41)])('the name %j is refused', (name) => {
  expect(findingsOf(nameValid, [sampleService(name)])).toEqual([expect.stringContaining('is no name of a service')]);
});

test.each(['admin', 'secrets', 'localhost'])('the name %s is taken', (name) => {
  expect(findingsOf(nameValid, [sampleService(name)])).toEqual([
    expect.stringContaining(`the name ${name} is taken by the cluster itself`),
  ]);
});

test('names inside a definition are held to the same', () => {
  const needs = { 'my db': secret({ kind: 'uuid' }) };
  const odd = sampleService('planka', { needs, ports: { web: http(80), '../x': http(81) }, provides: { 'Post gres': { port: 'web' } } });
  expect(findingsOf(nameValid, [odd]).map((found) => found.split(', ')[0])).toEqual([
    'planka: its need is called "my db"',
    'planka: its port is called "../x"',
    'planka: its contract is called "Post gres"',
  ]);
});

test('plain names pass', () => {
  expect(findingsOf(nameValid, [sampleService('ldap-account-manager', { needs: { sessionKey: secret({ kind: 'uuid' }) } })])).toEqual([]);
});
