import { expect, test } from 'vitest';
import type { Service } from '../../service/index.ts';
import { volume } from '../../service/index.ts';
import { findingsOf, sampleService } from '../sample.ts';
import { volumeBackupDecided } from './volume-backup-decided.ts';

test('a volume without a decision, or left out without a reason, is refused', () => {
  const volumes = { data: { path: '/data', role: 'data' }, cache: { path: '/cache', role: 'cache', backup: { skip: ' ' } } };
  expect(findingsOf(volumeBackupDecided, [sampleService('planka', { volumes } as unknown as Partial<Service>)])).toEqual([
    expect.stringContaining('nobody decided how its volume data is backed up'),
    expect.stringContaining('its volume cache'),
  ]);
});

test('a schedule and a reason pass', () => {
  const volumes = {
    data: volume('/data', { role: 'data', backup: 'daily' }),
    cache: volume('/cache', { role: 'cache', backup: { skip: 'made again' } }),
  };
  expect(findingsOf(volumeBackupDecided, [sampleService('planka', { volumes })])).toEqual([]);
});
