import { expect, test } from 'vitest';
import { volume } from '../../service/index.ts';
import { findingsOf, sampleService } from '../sample.ts';
import { volumePathUnique } from './volume-path-unique.ts';

test('two volumes, or a volume and a tmpfs, at one path are refused', () => {
  const volumes = { data: volume('/data', { role: 'data', backup: 'daily' }), more: volume('/data/', { role: 'data', backup: 'daily' }) };
  expect(findingsOf(volumePathUnique, [sampleService('planka', { volumes, tmpfs: ['/data'] })])).toEqual([
    'planka: volume data and volume more and tmpfs are both mounted at /data; mount each at a path of its own',
  ]);
});

test('paths of their own pass', () => {
  expect(
    findingsOf(volumePathUnique, [
      sampleService('planka', { volumes: { data: volume('/data', { role: 'data', backup: 'daily' }) }, tmpfs: ['/run'] }),
    ]),
  ).toEqual([]);
});
