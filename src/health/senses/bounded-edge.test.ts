import { expect, test } from 'vitest';
import { answerOf } from '../testing/cluster.ts';
import { boundedEdge } from './bounded-edge.ts';
import type { EdgeClient } from './edge.ts';

const signal = new AbortController().signal;

function counting(): { readonly edge: EdgeClient; readonly most: () => number } {
  let now = 0;
  let most = 0;
  const ask = async (): Promise<ReturnType<typeof answerOf>> => {
    most = Math.max(most, ++now);
    await new Promise((resolve) => setTimeout(resolve, 2));
    now--;
    if (most === 1) throw new Error('the first one fails');
    return answerOf(200);
  };
  return { edge: { ask, askPlain: ask, handshake: async () => ({ chain: [], problem: undefined }) }, most: () => most };
}

test('no more is asked at a time than it may be, and everything is asked in the end', async () => {
  const { edge, most } = counting();
  const bounded = boundedEdge(edge, 3);
  const asked = Array.from({ length: 20 }, async (_, i) =>
    i % 2 ? bounded.ask({ host: 'x' }, signal) : bounded.askPlain({ host: 'x' }, signal),
  );
  const answers = await Promise.all(asked);
  expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 200));
  expect(most()).toBe(3);
});

test('one that fails makes room for the next', async () => {
  const { edge } = counting();
  const bounded = boundedEdge(edge, 1);
  await expect(bounded.ask({ host: 'x' }, signal)).rejects.toThrow('the first one fails');
  await expect(bounded.handshake('x', signal)).resolves.toEqual({ chain: [], problem: undefined });
});

test('what still waits when it is stopped is not asked', async () => {
  const { edge } = counting();
  const bounded = boundedEdge(edge, 1);
  const stop = new AbortController();
  const first = bounded.ask({ host: 'x' }, stop.signal).catch((cause: unknown) => cause);
  const second = bounded.ask({ host: 'x' }, stop.signal);
  stop.abort(new Error('stopped by hand'));
  await expect(second).rejects.toThrow('stopped by hand');
  await first;
});
