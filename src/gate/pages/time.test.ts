import { expect, it } from 'vitest';
import { timeFrom } from './time.ts';

const now = Date.parse('2026-06-15T12:00:00Z');
const [minute, hour, day] = [60_000, 3_600_000, 86_400_000];

it.each([
  [0, 'just now'],
  [-59_000, 'just now'],
  [-90_000, '1 minute ago'],
  [-3 * hour, '3 hours ago'],
  [-47 * hour, '47 hours ago'],
  [-2 * day, '2 days ago'],
  [1000, 'in 1 minute'],
  [45 * minute, 'in 45 minutes'],
  [90 * minute - 1000, 'in 1 hour'],
  [7 * day - 1000, 'in 7 days'],
  [30 * day - 1000, 'in 30 days'],
])('what is %d ms from now is told as %s', async (ms, words) => {
  expect((await timeFrom(now, now + ms)).toString()).toBe(`<time datetime="${new Date(now + ms).toISOString()}">${words}</time>`);
});
