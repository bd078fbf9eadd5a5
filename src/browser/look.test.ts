import { expect, test } from 'vitest';
import { steadily } from './look.ts';

const destroyed = new Error('page.evaluate: Execution context was destroyed, most likely because of a navigation');
const gone = new Error('Target page, context or browser has been closed');

async function readWith(failures: Error[], leftMs: () => number): Promise<readonly [unknown, number]> {
  let settled = 0;
  const open = { leftMs, settle: async () => void (settled += 1) };
  const read = async (): Promise<string> => {
    const failure = failures.shift();
    if (failure) throw failure;
    return 'read';
  };
  return [await steadily(open, read).catch((cause: unknown) => cause), settled];
}

test('a page that goes on in the middle is read again once it is there', async () => {
  expect(await readWith([destroyed, destroyed], () => 1000)).toEqual(['read', 2]);
});

test('but not when the time is over, and not where it fails for another reason', async () => {
  expect(await readWith([destroyed], () => 1)).toEqual([destroyed, 0]);
  expect(await readWith([gone], () => 1000)).toEqual([gone, 0]);
});
