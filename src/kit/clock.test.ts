import { expect, test } from 'vitest';
import { sleep, until } from './clock.ts';

test('sleep ends with the reason of the signal', async () => {
  await expect(sleep(60_000, AbortSignal.abort(new Error('stopped by SIGINT')))).rejects.toThrow('stopped by SIGINT');
  const stop = new AbortController();
  const sleeping = sleep(60_000, stop.signal);
  stop.abort(new Error('later'));
  await expect(sleeping).rejects.toThrow('later');
});

test('until asks again until there is an answer', async () => {
  let asked = 0;
  const ask = async (): Promise<{ done: number } | { seen: string }> => (++asked < 3 ? { seen: 'nothing' } : { done: asked });
  expect(await until('it', ask, { everyMs: 1, withinMs: 60_000 })).toBe(3);
});

test('until gives up with what was seen last', async () => {
  const ask = async (): Promise<{ seen: string }> => ({ seen: '502 from :8000' });
  await expect(until('the app answers', ask, { everyMs: 1, withinMs: -1 })).rejects.toMatchObject({
    code: 'E_COMMAND_FAILED',
    message: 'the app answers: not within 0 s; last seen: 502 from :8000',
  });
});

test('until stops with the signal', async () => {
  const ask = async (): Promise<{ seen: string }> => ({ seen: 'nothing' });
  const signal = AbortSignal.abort(new Error('stopped'));
  await expect(until('it', ask, { everyMs: 1, withinMs: 60_000, signal })).rejects.toThrow('stopped');
});
