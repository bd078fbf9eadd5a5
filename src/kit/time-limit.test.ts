import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { sleep } from './clock.ts';
import { settleWithin, timeLimit } from './time-limit.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

test('a limit that nobody holds on to still ends what listens to it', async () => {
  let ended = false;
  timeLimit(new AbortController().signal, 60).signal.addEventListener('abort', () => (ended = true));
  for (let round = 0; round < 5; round++) {
    collectGarbage();
    await sleep(5);
  }
  await sleep(60);
  expect(ended).toBe(true);
});

test('it passes on why the request ended, and says whether it was the time', async () => {
  const request = new AbortController();
  const limit = timeLimit(request.signal, 5000);
  request.abort(new Error('gone'));
  expect([limit.signal.reason, limit.isOver()]).toEqual([new Error('gone'), false]);
  limit.clear();
  const over = timeLimit(new AbortController().signal, 5);
  await sleep(20);
  expect([over.isOver(), (over.signal.reason as Error).name]).toEqual([true, 'TimeoutError']);
  const cleared = timeLimit(new AbortController().signal, 5);
  cleared.clear();
  await sleep(20);
  expect(cleared.signal.aborted).toBe(false);
  expect(timeLimit(request.signal, 5000).signal.aborted).toBe(true);
});

test('a promise that does not settle in time fails with the words for it, and any other is as it was', async () => {
  const late = settleWithin(new Promise(() => undefined), 5, 'it does not answer');
  await expect(late).rejects.toMatchObject({ name: 'TimeoutError', message: 'it does not answer within 5 ms' });
  expect(await settleWithin(Promise.resolve('words'), 5000, 'it does not answer')).toBe('words');
  await expect(settleWithin(Promise.reject(new Error('gone')), 5000, 'it does not answer')).rejects.toThrow('gone');
});
