import { beforeEach, expect, test } from 'vitest';
import { type Engine, type Pool, createPool } from './pool.ts';

interface FakeEngine extends Engine {
  readonly number: number;
  crash(): void;
  hang: boolean;
}

const limits = { pages: 2, waiting: 2, waitMs: 60_000, usesPerEngine: 3 };
const forever = new AbortController().signal;
let engines: FakeEngine[];
let closed: number[];
let crashes: number;
let state: { readonly open: number; readonly waiting: number };
let whyNoStart: Error | undefined;
let pool: Pool<FakeEngine>;

beforeEach(() => {
  [engines, closed, crashes, state, whyNoStart] = [[], [], 0, { open: 0, waiting: 0 }, undefined];
  pool = poolWith(limits);
});

function poolWith(chosen: typeof limits): Pool<FakeEngine> {
  return createPool(launch, chosen, {
    started: () => undefined,
    crashed: () => (crashes += 1),
    changed: (now) => (state = now),
    waited: () => undefined,
  });
}

async function launch(): Promise<FakeEngine> {
  if (whyNoStart) throw whyNoStart;
  const listeners: (() => void)[] = [];
  const number = engines.length;
  const engine: FakeEngine = {
    number,
    hang: false,
    ask: () => (engine.hang ? new Promise(() => undefined) : Promise.resolve(`engine ${number}`)),
    close: async () => void closed.push(number),
    onGone: (listener) => void listeners.push(listener),
    crash: () => {
      for (const listener of listeners) listener();
    },
  };
  engines.push(engine);
  return engine;
}

/** A use that goes on until it is told to end. */
function hold(signal = forever): { readonly done: Promise<unknown>; readonly end: () => void } {
  const { promise, resolve } = withResolvers();
  return { done: pool.use(async ({ number }) => promise.then(() => number), signal), end: resolve };
}

function withResolvers(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((settle) => (resolve = settle));
  return { promise, resolve };
}

async function use(): Promise<unknown> {
  return await pool.use(async ({ number }) => number, forever);
}

async function turn(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

test('all uses share one program', async () => {
  expect(await Promise.all([use(), use()])).toEqual([0, 0]);
  expect(engines).toHaveLength(1);
});

test('a further use waits for its turn; when enough wait, one is turned away', async () => {
  const held = [hold(), hold()];
  const waiting = [use(), use()];
  await turn();
  expect(state).toEqual({ open: 2, waiting: 2 });
  expect(await use()).toEqual({ kind: 'busy', retryAfterSeconds: 15 });
  for (const { end } of held) end();
  expect(await Promise.all(waiting)).toEqual([0, 1]);
  expect(state).toEqual({ open: 0, waiting: 0 });
});

test('who waits too long is turned away, and takes no turn later', async () => {
  pool = poolWith({ ...limits, waitMs: 60 });
  const held = [hold(), hold()];
  expect(await use()).toMatchObject({ kind: 'busy' });
  for (const { end } of held) end();
  await Promise.all(held.map(({ done }) => done));
  expect(state).toEqual({ open: 0, waiting: 0 });
});

test('who leaves while waiting takes no turn', async () => {
  const held = [hold(), hold()];
  const leaving = new AbortController();
  const left = hold(leaving.signal);
  await turn();
  leaving.abort(new Error('gone'));
  await expect(left.done).rejects.toThrow('gone');
  expect(state).toEqual({ open: 2, waiting: 0 });
  for (const { end } of held) end();
  expect(await use()).toBe(0);
});

test('a use that fails gives its turn back', async () => {
  for (let i = 0; i < 5; i += 1) {
    await expect(pool.use(() => Promise.reject(new Error('broken page')), forever)).rejects.toThrow('broken page');
  }
  expect(state).toEqual({ open: 0, waiting: 0 });
});

test('after its uses a program is replaced at once, and ended when its last page is done', async () => {
  const held = hold();
  await use();
  await use();
  expect(await use()).toBe(1);
  expect(closed).toEqual([]);
  held.end();
  await held.done;
  expect(closed).toEqual([0]);
  expect(crashes).toBe(0);
});

test('after a crash the next use has a new program', async () => {
  await use();
  engines[0]?.crash();
  expect([await use(), crashes]).toEqual([1, 1]);
});

test('a program that does not start fails the use and not the one after it', async () => {
  whyNoStart = new Error('no memory');
  await expect(use()).rejects.toThrow('no memory');
  whyNoStart = undefined;
  expect(await use()).toBe(0);
});

test('a check ends a program that hangs, and the next one starts another', async () => {
  expect(await pool.check(1000)).toBe('engine 0');
  const [first] = engines;
  if (first) first.hang = true;
  await expect(pool.check(20)).rejects.toThrow('it does not answer within 20 ms');
  expect([closed, await pool.check(1000)]).toEqual([[0], 'engine 1']);
});

test('when it is closed the program ends, and nothing begins any more', async () => {
  await use();
  await pool.close();
  expect(closed).toEqual([0]);
  await expect(use()).rejects.toThrow('it stops');
});
