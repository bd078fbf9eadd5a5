import { expect, test } from 'vitest';
import { buildFailure, mmdebstrapArguments, parseMirrors } from './base.ts';

test('the mirrors are those that the package manager uses for Debian, whatever their names', () => {
  const lines = [
    'Node Source|https://elsewhere.example/node/',
    'Debian|http://mirror.example/d/',
    'Debian|http://second.example/',
    'Debian-Security|http://mirror.example/s/',
  ];
  expect(parseMirrors(lines.join('\n'))).toEqual({ main: 'http://mirror.example/d/', security: 'http://mirror.example/s/' });
});

test('a host without Debian in its package manager has no mirrors', () => {
  expect(parseMirrors('Ubuntu|http://archive.example/ubuntu/\n')).toBeUndefined();
  expect(parseMirrors('')).toBeUndefined();
});

test('the base is made from the given mirrors and no other', () => {
  const argv = mmdebstrapArguments('/recipes/base', { main: 'http://m.example/', security: 'http://s.example/' }, '/scratch/base.tar');
  expect(argv.filter((word) => word.startsWith('deb '))).toEqual([
    'deb http://m.example/ trixie main',
    'deb http://m.example/ trixie-updates main',
    'deb http://m.example/ trixie-backports main',
    'deb http://s.example/ trixie-security main',
  ]);
});

test('a failed build shows its last fifteen lines and keeps the name of the image', () => {
  const failure = buildFailure(
    'caddy',
    Array.from({ length: 40 }, (_, index) => `line ${index}`),
  );
  expect(failure.code).toBe('E_IMAGE_BUILD');
  expect(failure.message).toContain('image caddy');
  expect(failure.message).toContain('line 25\n');
  expect(failure.message).not.toContain('line 24\n');
});

test('a build that ran out of space is a full disk', () => {
  expect(buildFailure('caddy', ['write /var/x: no space left on device']).code).toBe('E_DISK_FULL');
});
