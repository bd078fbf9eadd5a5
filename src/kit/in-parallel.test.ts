import { expect, test } from 'vitest';
import { inParallel } from './in-parallel.ts';

test('each item is done once, in order, and never more than the limit at a time', async () => {
  const begun: number[] = [];
  let [running, most] = [0, 0];
  await inParallel([...Array(20).keys()], 6, async (item) => {
    begun.push(item);
    most = Math.max(most, ++running);
    await new Promise((resolve) => setImmediate(resolve));
    running -= 1;
  });
  expect(begun).toEqual([...Array(20).keys()]);
  expect(most).toBe(6);
});

test('a failure is thrown', async () => {
  const fail = async (item: number): Promise<void> => {
    if (item === 3) throw new Error('three');
  };
  await expect(inParallel([1, 2, 3, 4], 2, fail)).rejects.toThrow('three');
});
