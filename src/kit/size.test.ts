import { expect, test } from 'vitest';
import { bytesOf, isSize } from './size.ts';

test('a size is a number and a unit, and so many bytes', () => {
  expect((['512MiB', '1.5GiB', '4TiB', '0.001TiB'] as const).map(bytesOf)).toEqual([536870912, 1610612736, 4398046511104, 1099511628]);
});

test.each(['4TB', '4tib', 'TiB', '-1GiB', '1e3GiB', ' 1GiB', '1GiB\n', '1.2345GiB', '4', ''])('%j is none', (text) => {
  expect(isSize(text)).toBe(false);
});
