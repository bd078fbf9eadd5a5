import { expect, test } from 'vitest';
import { tcp } from '../../service/index.ts';
import { findingsOf, problemsOf, sampleService } from '../sample.ts';
import { publishReserved } from './publish-reserved.ts';

test('a port at which people sign in at the machine is refused', () => {
  expect(problemsOf([sampleService('forge', { ports: { ssh: tcp(22) }, health: { port: 'ssh' }, publish: ['ssh'] })])).toEqual([
    'publish-reserved forge: it wants port 22/tcp of this machine, where people sign in at the machine; let it listen on another number',
  ]);
});

test('another one passes', () => {
  expect(
    findingsOf(publishReserved, [
      sampleService('forge', { ports: { ssh: tcp(2222), inner: tcp(22) }, health: { port: 'ssh' }, publish: ['ssh'] }),
    ]),
  ).toEqual([]);
});
