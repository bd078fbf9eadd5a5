import { expect, test } from 'vitest';
import type { ServiceOverride } from '../declaration.ts';
import { findingsOf, problemsOf, sampleApp, sampleStack } from '../sample.ts';
import { http } from '../../service/index.ts';
import { portOverrideEffective } from './port-override-effective.ts';

const wiki = sampleApp('wiki', {
  ports: { web: http(3000) },
  env: () => ({ PORT: 3000, HOST: '0.0.0.0', LISTEN: '0.0.0.0:3000', CACHE_SIZE: 3000 }),
});

function foundFor(env: ServiceOverride['env']): readonly string[] {
  return findingsOf(portOverrideEffective, [wiki], { overrides: { wiki: { env } } });
}

test('an owner who moves a unit to another port is told that it goes on being asked at the first', () => {
  expect(problemsOf([wiki], { overrides: { wiki: { env: { PORT: 4000 } } } })).toEqual([
    'port-override-effective wiki: cluster.yaml makes its variable PORT 4000, and the edge and every check go on asking it at 3000, as its definition has it; leave PORT out: each container has its ports for itself, so none of them is taken',
  ]);
});

test('where units share the ports of the machine, no container is named', () => {
  const stack = sampleStack([wiki], { overrides: { wiki: { env: { PORT: 4000 } } } });
  const inProcess = { ...stack, placement: { ...stack.placement, runtime: 'process' as const } };
  expect(portOverrideEffective.check(inProcess, { catalog: {}, machine: {} }).map(({ fix }) => fix)).toEqual([
    'leave PORT out: the port was chosen for it, and no other unit is given it',
  ]);
});

test.each([{ PORT: '4000' }, { LISTEN: '0.0.0.0:4000' }, { LISTEN: '127.0.0.1:3000' }, { HOST: '127.0.0.1' }, { HOST: 'localhost' }])(
  '%j is refused',
  (env) => {
    expect(foundFor(env)).toHaveLength(1);
  },
);

test.each([
  { PORT: 3000 },
  { PORT: '3000' },
  { LISTEN: ':3000' },
  { LISTEN: '[::]:3000' },
  { HOST: '::' },
  { CACHE_SIZE: 1 },
  { OTHER_PORT: 1 },
])('%j passes', (env) => {
  expect(foundFor(env)).toEqual([]);
});

test('a worker is reported where the owner’s value fits its service and not itself', () => {
  const worker = {
    ports: { stream: http(4000) },
    health: { port: 'stream' },
    limits: { memory: '64MiB', cpus: 1 },
    command: () => ['stream'],
    env: () => ({ PORT: 4000 }),
  } as const;
  const family = { ...wiki, workers: { stream: worker } };
  const found = (env: ServiceOverride['env']): readonly string[] =>
    findingsOf(portOverrideEffective, [family], { overrides: { wiki: { env } } }).map((each) => each.split(':')[0] ?? '');
  expect(found({ PORT: 5000 })).toEqual(['wiki']);
  expect(found({ PORT: 3000 })).toEqual(['wiki-stream']);
});
