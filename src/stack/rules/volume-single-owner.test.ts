import { expect, test } from 'vitest';
import { tcp, volume } from '../../service/index.ts';
import { findingsOf, problemsOf, sampleApp } from '../sample.ts';
import { volumeSingleOwner } from './volume-single-owner.ts';

const worker = {
  health: { port: 'jobs' },
  ports: { jobs: tcp(7000) },
  limits: { memory: '64MiB', cpus: 1 },
  command: () => ['work'],
} as const;
const data = { role: 'data', backup: 'daily' } as const;
const volumes = { data: volume('/data', data) };

test('a worker that shares volumes as a stranger is refused', () => {
  expect(problemsOf([sampleApp('planka', { volumes, workers: { jobs: { ...worker, user: '2000:2000' } } })])).toEqual([
    'volume-single-owner planka-jobs: it shares the volumes of planka as user 2000:2000, and these belong to 1000:1000; run both as one user or group, or leave volumes out of what it shares',
  ]);
});

test('a stranger passes who alone mounts a volume', () => {
  const alone = { data: volume('/data', { ...data, only: 'jobs' }) };
  const planka = sampleApp('planka', { volumes: alone, workers: { jobs: { ...worker, user: '2000:2000' } } });
  expect(findingsOf(volumeSingleOwner, [planka])).toEqual([]);
});

test('one of the same group passes, and one without volumes', () => {
  const workers = { jobs: { ...worker, user: '2000:1000' }, other: { ...worker, user: '2000:2000', shares: ['env'] } } as const;
  expect(findingsOf(volumeSingleOwner, [sampleApp('planka', { volumes, workers })])).toEqual([]);
});
