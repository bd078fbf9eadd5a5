import { expect, test } from 'vitest';
import { postgres } from '../../contracts/index.ts';
import type { Memory } from '../../service/index.ts';
import { findingsOf, sampleApp, sampleProvider } from '../sample.ts';
import { capacityMemory } from './capacity-memory.ts';

const gib = 1024 ** 3;
const app = (name: string, memory: Memory): ReturnType<typeof sampleApp> =>
  sampleApp(name, { limits: { memory, cpus: 1 }, needs: { db: postgres() } });
const database = { ...sampleProvider('postgresql', 'postgres', 5432), limits: { memory: '2GiB', cpus: 1 } } as const;

test('limits far above the memory are refused, naming what would have to go for the rest to fit', () => {
  const services = [database, app('chat', '4GiB'), app('wiki', '1GiB'), app('board', '512MiB')];
  expect(findingsOf(capacityMemory, services, { machine: { memoryBytes: 2.5 * gib } })).toEqual([
    'services: memory limits add up to 7.5 GiB, and a machine with 2.5 GiB takes at most 3.8 GiB (1.5 times as much); leave services out or lower their limits: it fits without chat (4 GiB); for another machine write its size, such as machine: {memory: 64GiB}',
  ]);
});

test('workers count with their service', () => {
  const unit = { health: { command: ['true'] }, limits: { memory: '3GiB', cpus: 1 }, command: () => ['work'] } as const;
  const services = [sampleApp('social', { workers: { queue: unit } }), app('wiki', '2GiB'), database];
  expect(findingsOf(capacityMemory, services, { machine: { memoryBytes: 3 * gib } })).toEqual([
    expect.stringContaining('social (3.1 GiB);'),
  ]);
});

test('limits are ceilings, so half as much again as there is may be promised', () => {
  expect(findingsOf(capacityMemory, [database, app('chat', '4GiB')], { machine: { memoryBytes: 4 * gib } })).toEqual([]);
});

test('where nobody knows the machine, nothing is refused', () => {
  expect(findingsOf(capacityMemory, [app('chat', '400GiB')])).toEqual([]);
});

test('the machine that the owner names stands in place of the one at hand', () => {
  const options = { machine: { memoryBytes: gib }, declaration: { machine: { memory: '64GiB' } } } as const;
  expect(findingsOf(capacityMemory, [app('chat', '8GiB')], options)).toEqual([]);
});
