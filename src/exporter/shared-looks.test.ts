import { expect, test } from 'vitest';
import { sleep } from '../kit/clock.ts';
import type { Look } from './look.ts';
import { shareLooks } from './shared-looks.ts';

const seen: Look = { containers: [], unread: 0, leftOut: 0, reason: undefined };

/** Looks that take a moment each and are fresh for 100 ms of a clock of their own; the `failing` ones of them fail. */
function counted(failing: readonly number[] = []) {
  const outcomes: string[] = [];
  const clock = { ms: 1000 };
  let taken = 0;
  const take = async (): Promise<Look> => {
    taken += 1;
    const number = taken;
    await sleep(1);
    clock.ms += 20;
    if (failing.includes(number)) throw new Error(`look ${number} failed`);
    return seen;
  };
  const looks = shareLooks(take, { freshMs: 100, now: () => clock.ms, onOutcome: ({ kind }) => outcomes.push(kind) });
  return { looks, outcomes, clock };
}

test('whoever asks while a look is under way, or shortly after it, gets that one', async () => {
  const { looks, outcomes, clock } = counted();
  const [one, other] = await Promise.all([looks.latest(), looks.latest()]);
  clock.ms += 99;
  expect(await looks.latest()).toBe(one);
  expect(other).toBe(one);
  expect(one).toMatchObject({ kind: 'answered', look: seen, durationSeconds: 0.02 });
  expect(outcomes).toEqual(['answered']);
});

test('what is no longer fresh is looked at anew', async () => {
  const { looks, outcomes, clock } = counted();
  const first = await looks.latest();
  clock.ms += 100;
  expect(await looks.latest()).not.toBe(first);
  expect(outcomes).toHaveLength(2);
});

test('a look that failed has no figures of the one before, and is shared like any other', async () => {
  const { looks, outcomes, clock } = counted([2]);
  expect(looks.sinceAnswerMs()).toBe(Infinity);
  await looks.latest();
  expect(looks.sinceAnswerMs()).toBe(0);
  clock.ms += 100;
  const failed = await looks.latest();
  expect(failed).toMatchObject({ kind: 'failed', reason: 'look 2 failed' });
  expect(failed).not.toHaveProperty('look');
  expect(await looks.latest()).toBe(failed);
  expect(looks.sinceAnswerMs()).toBe(120);
  clock.ms += 100;
  expect(await looks.latest()).toMatchObject({ kind: 'answered' });
  expect(outcomes).toEqual(['answered', 'failed', 'answered']);
});
