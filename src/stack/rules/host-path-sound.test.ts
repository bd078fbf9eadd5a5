import { expect, test } from 'vitest';
import type { HostPath } from '../../service/index.ts';
import { findingsOf, sampleService } from '../sample.ts';
import { hostPathSound } from './host-path-sound.ts';

const reason = 'it counts what is there';

function foundFor(...hostPaths: readonly HostPath[]): readonly string[] {
  return findingsOf(hostPathSound, [sampleService('counter', { hostPaths })]);
}

test('a path of the machine has a reason, and writing there has another', () => {
  expect(foundFor({ path: '/proc', reason: ' ' }, { path: '/srv/films', reason, writable: '' })).toEqual([
    'counter: of the machine it sees "/proc", without a reason; say why under hostPaths, or leave it out',
    'counter: of the machine it sees "/srv/films", and may write there without a reason; say why under hostPaths, or leave writable out',
  ]);
});

test('the engine’s socket is for its doors alone, and not even they may replace it', () => {
  const path = '/var/run/docker.sock';
  const door = (writable?: string): readonly string[] =>
    findingsOf(hostPathSound, [
      sampleService('door', { provides: { engine: { port: 'web' } }, hostPaths: [{ path, reason, ...(writable ? { writable } : {}) }] }),
    ]);
  expect(door()).toEqual([]);
  expect(door('it likes to')).toEqual([expect.stringContaining('where it could replace the engine’s socket; leave writable out')]);
  expect(foundFor({ path, reason })).toEqual([
    'counter: of the machine it sees "/var/run/docker.sock", an engine’s socket: whoever reaches it is root on the machine; leave it out, and state the need engine(), or engineControl() for what starts containers',
  ]);
});

test.each([
  '/run/docker.sock',
  '/run/podman/podman.sock',
  '/run/user/1000/docker.sock',
  '/run/containerd/containerd.sock',
  '/var/run/crio/crio.sock',
] as const)('%s is one of them, to write and to read', (path) => {
  expect(foundFor({ path, reason })).toEqual([expect.stringContaining('an engine’s socket')]);
  expect(foundFor({ path, reason, writable: 'it likes to' })).toEqual([expect.stringContaining('an engine’s socket')]);
});

test.each(['/', '/etc', '/etc/shadow', '/root', '/root/.ssh', '/run', '/var/run', '/run/podman', '/var/lib/docker'] as const)(
  '%s holds what is worth the whole machine',
  (path) => {
    expect(foundFor({ path, target: '/host', reason })).toEqual([
      `counter: of the machine it sees ${JSON.stringify(path)}, where keys, passwords or an engine’s socket lie; name the one file or folder in it that it reads`,
    ]);
  },
);

test.each(['/srv/../etc', '/srv/$HOME', '/a:b'] as const)('%s is no plain path', (path) => {
  expect(foundFor({ path, reason })).toEqual([expect.stringContaining('which is not plain')]);
  expect(foundFor({ path: '/srv', target: path, reason })).toEqual([expect.stringContaining('which is not plain')]);
});

test('a path with a reason passes', () => {
  expect(
    foundFor(
      { path: '/sys', target: '/host/sys', reason },
      { path: '/etc/localtime', reason },
      { path: '/var/lib/docker/image', reason },
      { path: '/srv/films', reason, writable: 'people put films there' },
    ),
  ).toEqual([]);
});
