import { expect, test } from 'vitest';
import { findingsOf, sampleService } from '../sample.ts';
import { nameServerAddress } from './name-server-address.ts';

const names = sampleService('names', { ports: { dns: { protocol: 'udp', number: 53 } }, health: { command: ['true'] }, publish: ['dns'] });

test('a name server is refused where the edge listens at every address', () => {
  for (const bind of ['0.0.0.0', '::']) {
    expect(findingsOf(nameServerAddress, [names], { declaration: { bind } })).toEqual([
      `names: it answers names, and bind: ${bind} is no address to answer with; write this machine’s address in your network under bind:`,
    ]);
  }
});

test('one with an address of the machine passes, and one that is asked inside only', () => {
  expect(findingsOf(nameServerAddress, [names], { declaration: { bind: '192.168.1.2' } })).toEqual([]);
  expect(findingsOf(nameServerAddress, [{ ...names, publish: [] }], { declaration: { bind: '0.0.0.0' } })).toEqual([]);
});
