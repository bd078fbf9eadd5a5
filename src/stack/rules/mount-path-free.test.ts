import { expect, test } from 'vitest';
import { volume } from '../../service/index.ts';
import { findingsOf, problemsOf, sampleApp } from '../sample.ts';
import { mountPathFree } from './mount-path-free.ts';

test('a mount over programs of the image is refused', () => {
  expect(problemsOf([sampleApp('planka', { volumes: { config: volume('/etc', { role: 'config', backup: 'daily' }) } })])).toEqual([
    'mount-path-free planka: its volume config is mounted at /etc, which is taken; mount it at the directory that the service writes',
  ]);
});

test('a directory of its own passes, and a larger /tmp', () => {
  expect(
    findingsOf(mountPathFree, [
      sampleApp('planka', {
        volumes: { config: volume('/etc/planka', { role: 'config', backup: 'daily' }) },
        tmpfs: ['/run', { path: '/tmp', size: '1GiB' }],
      }),
    ]),
  ).toEqual([]);
});
