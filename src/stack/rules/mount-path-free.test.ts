import { expect, test } from 'vitest';
import { lines, volume } from '../../service/index.ts';
import { findingsOf, problemsOf, sampleApp } from '../sample.ts';
import { mountPathFree } from './mount-path-free.ts';

test('a mount over programs of the image is refused', () => {
  expect(problemsOf([sampleApp('planka', { volumes: { config: volume('/etc', { role: 'config', backup: 'daily' }) } })])).toEqual([
    'mount-path-free planka: its volume config is mounted at /etc, which is taken; mount it at the directory that the service writes',
  ]);
});

test('a file over a directory of the image or the engine is refused', () => {
  const content = () => lines('x');
  const files = { a: { path: '/etc', content }, b: { path: '/run/secrets/b', content }, c: { path: '/etc/c', content } } as const;
  expect(findingsOf(mountPathFree, [sampleApp('planka', { files })])).toEqual([
    'planka: its file a is mounted at /etc, which is taken; give it the path of the file that the service reads',
    'planka: its file b is mounted at /run/secrets/b, which is taken; give it the path of the file that the service reads',
  ]);
});

test('what lies in a directory of the machine that is only read is refused', () => {
  const volumes = { data: volume('/host/sys/data', { role: 'data', backup: 'daily' }) };
  const seen = { path: '/sys', target: '/host/sys', reason: 'a test' } as const;
  expect(findingsOf(mountPathFree, [sampleApp('planka', { volumes, hostPaths: [seen] })])).toEqual([
    'planka: its volume data would be mounted at /host/sys/data, inside /host/sys, where it sees /sys of the machine and nothing can be added; give one of the two another path',
  ]);
  expect(findingsOf(mountPathFree, [sampleApp('planka', { volumes, hostPaths: [{ ...seen, writable: 'a test' }] })])).toEqual([]);
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
