import { expect, test } from 'vitest';
import { requireFreeSpace } from './build.ts';

const gibibyte = 1024 ** 3;

test('images that do not fit are refused with what is needed and what is free', () => {
  expect(() => requireFreeSpace(17, gibibyte)).toThrow(
    'building 17 images needs about 3.0 GiB, and 1.0 GiB are free where the engine keeps images',
  );
});

test('a disk with room, one that cannot be seen, and nothing to build are no reason to refuse', () => {
  expect(() => requireFreeSpace(17, 10 * gibibyte)).not.toThrow();
  expect(() => requireFreeSpace(17, undefined)).not.toThrow();
  expect(() => requireFreeSpace(0, 0)).not.toThrow();
});
