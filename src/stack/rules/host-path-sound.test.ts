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

test.each(['/var/run/docker.sock', '/run/docker.sock', '/run/podman/podman.sock', '/var/run', '/run/', '/'] as const)(
  'the engine’s socket cannot be replaced by way of %s',
  (path) => {
    expect(foundFor({ path, reason, writable: 'it likes to' })).toContainEqual(
      expect.stringContaining('where it could replace the engine’s socket'),
    );
  },
);

test.each(['/srv/../etc', '/srv/$HOME', '/a:b'] as const)('%s is no plain path', (path) => {
  expect(foundFor({ path, reason })).toEqual([expect.stringContaining('which is not plain')]);
  expect(foundFor({ path: '/srv', target: path, reason })).toEqual([expect.stringContaining('which is not plain')]);
});

test('a path with a reason passes, also the socket where it is only read', () => {
  expect(
    foundFor(
      { path: '/', target: '/host', reason },
      { path: '/var/run/docker.sock', reason },
      { path: '/srv/films', reason, writable: 'people put films there' },
    ),
  ).toEqual([]);
});
