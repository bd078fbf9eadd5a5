import { expect, test } from 'vitest';
import { Refusal } from './failure.ts';
import { createSlots } from './slots.ts';

const never = new AbortController().signal;

test('requests get their turn in their order, and no more at once than may', async () => {
  const slots = createSlots({ atOnce: 2, waiting: 3, waitMs: 5000 });
  const places = [0, 1, 2, 3, 4].map(() => slots.enter());
  const began: number[] = [];
  const turns = places.map(async (place, index) => {
    await place.turn(never);
    began.push(index);
  });
  await Promise.all(turns.slice(0, 2));
  expect([began, slots.running()]).toEqual([[0, 1], 2]);
  places[1]?.leave();
  places[1]?.leave();
  await turns[2];
  expect([began, slots.running()]).toEqual([[0, 1, 2], 2]);
  places[0]?.leave();
  places[2]?.leave();
  await Promise.all(turns);
  expect(began).toEqual([0, 1, 2, 3, 4]);
  for (const place of places) place.leave();
  expect(slots.running()).toBe(0);
});

test('one too many is told to come again, and so is who waited too long', async () => {
  const slots = createSlots({ atOnce: 1, waiting: 1, waitMs: 20 });
  const first = slots.enter();
  await first.turn(never);
  const second = slots.enter();
  expect(() => slots.enter()).toThrow(Refusal);
  await expect(second.turn(never)).rejects.toMatchObject({ status: 429, facts: { code: 'rate_limit_exceeded', retryAfterSeconds: 1 } });
  second.leave();
  first.leave();
  await slots.enter().turn(never);
  expect(slots.running()).toBe(1);
});

test('who goes away while waiting gives way to the next', async () => {
  const slots = createSlots({ atOnce: 1, waiting: 2, waitMs: 5000 });
  const first = slots.enter();
  await first.turn(never);
  const going = new AbortController();
  const second = slots.enter();
  const left = second.turn(going.signal);
  const third = slots.enter();
  const turn = third.turn(never);
  going.abort(new Error('gone'));
  await expect(left).rejects.toThrow('gone');
  second.leave();
  first.leave();
  await turn;
  expect(slots.running()).toBe(1);
});
