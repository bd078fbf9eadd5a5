import { expect, test } from 'vitest';
import { postgres } from '../../contracts/index.ts';
import type { Memory } from '../../service/index.ts';
import { volume } from '../../service/index.ts';
import { findingsOf, sampleApp, sampleProvider } from '../sample.ts';
import { capacityDisk } from './capacity-disk.ts';

const gib = 1024 ** 3;
const keeping = (size?: Memory): Parameters<typeof sampleApp>[1] => ({
  volumes: { data: volume('/data', { role: 'data', backup: 'daily', ...(size ? { size } : {}) }) },
});
const database = { ...sampleProvider('postgresql', 'postgres', 5432), ...keeping('4GiB') };

test('what does not fit is refused, naming what would have to go for the rest to fit', () => {
  const services = [database, sampleApp('chat', { ...keeping('20GiB'), needs: { db: postgres() } }), sampleApp('wiki', keeping())];
  expect(findingsOf(capacityDisk, services, { machine: { diskBytes: 10 * gib } })).toEqual([
    'services: their images and volumes need about 26.5 GiB, and the disk has 10 GiB; leave services out: it fits without chat (20.8 GiB); for another machine write its size, such as machine: {disk: 500GiB}',
  ]);
  expect(findingsOf(capacityDisk, services, { machine: { diskBytes: 27 * gib } })).toEqual([]);
});

test('an image is counted once, however many units are made from it, and so are volumes that workers share', () => {
  const unit = { health: { command: ['true'] }, limits: { memory: '64MiB', cpus: 1 }, command: () => ['work'] } as const;
  const social = sampleApp('social', { ...keeping('1GiB'), workers: { queue: unit, mail: unit } });
  const twin = sampleApp('twin', { image: 'example/social:1.0.0' });
  expect(findingsOf(capacityDisk, [social, twin], { machine: { diskBytes: gib } })).toEqual([
    expect.stringContaining('need about 1.8 GiB'),
  ]);
});

test('an image is taken for as large as those of its kind, and one built here for the little that it adds', () => {
  const model = sampleApp('model', { image: 'vllm/vllm-openai:v0.11.0' });
  const machine = { diskBytes: gib / 8 };
  expect(findingsOf(capacityDisk, [model], { machine })).toEqual([expect.stringContaining('need about 20 GiB')]);
  const image = () => ({ source: 'debian', reference: 'wiki:1', recipe: 'wiki' }) as const;
  expect(findingsOf(capacityDisk, [sampleApp('wiki')], { machine, image })).toEqual([expect.stringContaining('need about 0.3 GiB')]);
});

test('where nobody knows the disk nothing is refused, and the disk that the owner names stands in place of the one at hand', () => {
  const models = [sampleApp('models', keeping('900GiB'))];
  expect(findingsOf(capacityDisk, models)).toEqual([]);
  const declaration = { machine: { disk: '2000GiB' } } as const;
  expect(findingsOf(capacityDisk, models, { machine: { diskBytes: gib }, declaration })).toEqual([]);
});
