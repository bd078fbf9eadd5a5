import { expect, test } from 'vitest';
import { volume } from '../../service/index.ts';
import { findingsOf, problemsOf, sampleApp } from '../sample.ts';
import { volumeSingleWriter } from './volume-single-writer.ts';

test('two volumes that come to one name are refused', () => {
  expect(
    problemsOf([
      sampleApp('planka', { volumes: { 'board-data': volume('/data', { role: 'data', backup: 'daily' }) } }),
      sampleApp('planka-board', { volumes: { data: volume('/data', { role: 'data', backup: 'daily' }) } }),
    ]),
  ).toEqual([
    'volume-single-writer planka-board: the volume planka-board-data belongs to board-data of planka and to data of planka-board; rename the volume data',
  ]);
});

test('volumes of other names pass', () => {
  expect(
    findingsOf(volumeSingleWriter, [
      sampleApp('planka', { volumes: { data: volume('/data', { role: 'data', backup: 'daily' }) } }),
      sampleApp('planka-board', { volumes: { data: volume('/data', { role: 'data', backup: 'daily' }) } }),
    ]),
  ).toEqual([]);
});
