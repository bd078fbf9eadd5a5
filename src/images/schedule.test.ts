import { expect, test } from 'vitest';
import { sleep } from '../kit/clock.ts';
import { runInOrder } from './schedule.ts';

const steps = [
  { name: 'base', parent: undefined },
  { name: 'caddy', parent: 'base' },
  { name: 'php', parent: 'base' },
  { name: 'adminer', parent: 'php' },
  { name: 'valkey', parent: 'base' },
];

test('each step runs after its parent, those with children first, never more than two at once', async () => {
  const started: string[] = [];
  const finished: string[] = [];
  const tooEarly: string[] = [];
  let most = 0;
  await runInOrder(steps, 2, {
    start: async ({ name, parent }) => {
      if (parent !== undefined && !finished.includes(parent)) tooEarly.push(name);
      started.push(name);
      await sleep(2);
      finished.push(name);
    },
    onChange: (_, current) => {
      most = Math.max(most, current.length);
    },
  });
  expect(started.slice(0, 2)).toEqual(['base', 'php']);
  expect(finished.toSorted()).toEqual(['adminer', 'base', 'caddy', 'php', 'valkey']);
  expect(tooEarly).toEqual([]);
  expect(most).toBe(2);
});

test('a failing step stops what runs, starts nothing more and is what the caller gets', async () => {
  const started: string[] = [];
  const aborted: string[] = [];
  const run = runInOrder(steps, 2, {
    start: async ({ name }, signal) => {
      started.push(name);
      if (name === 'caddy') throw new Error('caddy broke');
      if (name === 'base') return;
      await sleep(60_000, signal).catch((cause: unknown) => {
        aborted.push(name);
        throw cause;
      });
    },
    onChange: () => undefined,
  });
  await expect(run).rejects.toThrow('caddy broke');
  expect(started).toEqual(['base', 'php', 'caddy']);
  expect(aborted).toEqual(['php']);
});

test('an interruption ends the run with its own reason', async () => {
  const control = new AbortController();
  const run = runInOrder(steps, 2, {
    start: async (_, signal) => {
      control.abort(new Error('interrupted'));
      signal.throwIfAborted();
    },
    onChange: () => undefined,
    signal: control.signal,
  });
  await expect(run).rejects.toThrow('interrupted');
});
