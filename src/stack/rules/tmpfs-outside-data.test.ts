import { expect, test } from 'vitest';
import { volume } from '../../service/index.ts';
import { findingsOf, problemsOf, sampleApp } from '../sample.ts';
import { tmpfsOutsideData } from './tmpfs-outside-data.ts';

test('memory inside a volume of data is refused', () => {
  expect(
    problemsOf([sampleApp('planka', { volumes: { data: volume('/data', { role: 'data', backup: 'daily' }) }, tmpfs: ['/data/uploads'] })]),
  ).toEqual([
    'tmpfs-outside-data planka: its tmpfs /data/uploads lies inside its volume data; make it a volume of its own with the role cache',
  ]);
});

test('memory beside it passes, and inside a cache', () => {
  expect(
    findingsOf(tmpfsOutsideData, [
      sampleApp('planka', {
        volumes: {
          data: volume('/data', { role: 'data', backup: 'daily' }),
          cache: volume('/cache', { role: 'cache', backup: { skip: 'made again' } }),
        },
        tmpfs: ['/data2', '/cache/tmp'],
      }),
    ]),
  ).toEqual([]);
});
