import { expect, test } from 'vitest';
import { postgres, reach, smtp } from '../../contracts/index.ts';
import type { Memory } from '../../service/index.ts';
import { optional } from '../../service/index.ts';
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

const fitsWithout = (services: Parameters<typeof findingsOf>[1], gibibytes: number): readonly string[] =>
  findingsOf(capacityMemory, services, { machine: { memoryBytes: gibibytes * gib } }).map(
    (finding) => /it fits without ([^;]*);/.exec(finding)?.[1] ?? finding,
  );
const provider = (name: string, kind: string, memory: Memory): ReturnType<typeof sampleProvider> => ({
  ...sampleProvider(name, kind, 8000),
  limits: { memory, cpus: 1 },
});

test('what stands on it stays up where another provider remains, or where it may be without', () => {
  const cards = provider('cards', 'chat', '16GiB');
  const models = sampleApp('models', { needs: { any: reach('chat', 'small-chat') } });
  expect(
    fitsWithout([app('chat', '3GiB'), app('wiki', '3GiB'), database, cards, provider('plain', 'small-chat', '2GiB'), models], 8),
  ).toEqual(['cards (16 GiB)']);
  const mailing = sampleApp('board', { needs: { mail: optional(smtp()) } });
  expect(fitsWithout([mailing, app('wiki', '1GiB'), database, provider('mailserver', 'smtp', '4GiB')], 4)).toEqual(['mailserver (4 GiB)']);
});

test('who cannot stand without what is left out is left out with it', () => {
  const cards = provider('cards', 'chat', '16GiB');
  const models = sampleApp('models', { needs: { any: reach('chat', 'small-chat') } });
  expect(fitsWithout([app('chat', '3GiB'), app('wiki', '3GiB'), database, cards, models], 8)).toEqual([
    'cards (16 GiB) and models (0.1 GiB)',
  ]);
});

test('of two sets the smaller is told, though its services are larger', () => {
  const services = [app('chat', '4GiB'), app('wiki', '3GiB'), ...['a', 'b', 'c', 'd'].map((name) => app(name, '1GiB')), database];
  expect(fitsWithout(services, 4)).toEqual(['chat (4 GiB) and wiki (3 GiB)']);
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
