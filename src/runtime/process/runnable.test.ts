import { expect, test } from 'vitest';
import { sampleProvider, sampleService } from '../../stack/sample.ts';
import { runnableAsProcesses } from './runnable.ts';

function packaged(name: string, ...packages: readonly string[]) {
  return sampleService(name, { process: { packages, argv: () => [name] } });
}

test('a service without a process section is left out, and what needs it', async () => {
  const database = sampleProvider('database', 'postgres', 5432);
  const wiki = sampleService('wiki', { needs: { db: { kind: 'postgres', request: {} } }, process: { packages: [], argv: () => ['wiki'] } });
  const { services, leftOut } = await runnableAsProcesses([database, packaged('alone'), wiki]);
  expect(services.map(({ name }) => name)).toEqual(['alone']);
  expect(leftOut).toEqual(['database is left out: it runs only in a container', 'wiki is left out: it needs database']);
});

test('packages are asked for by name, by alternative and by version, where dpkg is', async () => {
  const { services, leftOut, versions } = await runnableAsProcesses([
    packaged('there', 'no-such-package | libc-bin'),
    packaged('absent', 'no-such-package'),
    packaged('old', 'libc-bin (>= 999)'),
    packaged('new', 'libc-bin (>= 1.0)'),
  ]);
  expect(services.map(({ name }) => name)).toEqual(['there', 'new']);
  expect(leftOut[0]).toBe('absent is left out: the package no-such-package is not installed (apt-get install no-such-package)');
  expect(leftOut[1]).toMatch(/^old is left out: it needs libc-bin 999 or newer, and \S+ is installed$/);
  expect(versions.get('there')).toMatch(/^libc-bin=\d/);
});

test('a service with workers is left out', async () => {
  const queue = { health: { command: ['true'] }, limits: { memory: '64MiB', cpus: 1 }, command: () => ['work'] } as const;
  const { leftOut } = await runnableAsProcesses([{ ...packaged('social'), workers: { queue } }]);
  expect(leftOut).toEqual(['social is left out: its workers run only in containers']);
});

test('a service that sees a part of the machine is left out', async () => {
  const { leftOut } = await runnableAsProcesses([{ ...packaged('counter'), hostPaths: [{ path: '/sys', reason: 'it counts' }] }]);
  expect(leftOut).toEqual(['counter is left out: what it sees of the machine is given only to a container']);
});
