import { expect, test } from 'vitest';
import { cardsIn, lookAtMachine } from './machine.ts';

test('cards are told in the order of the driver, by their memory', () => {
  expect(cardsIn('24564\n 8192 \n[N/A]\n')).toEqual([24_564 * 1024 ** 2, 8192 * 1024 ** 2]);
});

test('this machine has memory, processors and a disk, and an engine elsewhere says nothing of it', async () => {
  const here = await lookAtMachine(false, '');
  expect(here.cpus).toBeGreaterThan(0);
  expect(here.diskBytes).toBeGreaterThan(64 * 1024 ** 2);
  expect(here.memoryBytes).toBeGreaterThan(64 * 1024 ** 2);
  expect(await lookAtMachine(true, 'tcp://elsewhere:2375')).toEqual({});
});
