import { expect, test } from 'vitest';
import { createWorld, rules, seeAll } from '../testing/scheduler-world.ts';

test('two models that do not fit together take turns by stay and patience, not by request', () => {
  const world = createWorld();
  seeAll(world);
  let ticket = 0;
  const ends: { readonly at: number; readonly model: string }[] = [];
  for (; world.now < 20_000; world.now += 50) {
    for (const name of ['large', 'medium']) world.tell({ kind: 'ask', model: name, ticket: (ticket += 1) });
    for (const [name, { residence, open }] of Object.entries(world.state)) {
      if (residence.kind === 'loading') world.tell({ kind: 'loaded', model: name });
      if (residence.kind === 'unloading') world.tell({ kind: 'unloaded', model: name });
      if (open > ends.filter((end) => end.model === name).length) ends.push({ at: world.now + 100, model: name });
    }
    for (const end of ends.splice(0)) {
      if (end.at <= world.now) world.tell({ kind: 'done', model: end.model, tookMs: 100 });
      else ends.push(end);
    }
  }
  const loads = world.decided('load');
  expect(loads.length).toBeGreaterThan(8);
  expect(loads.length).toBeLessThanOrEqual(20_000 / rules.minimumStayMs + 1);
  expect(world.decided('admit').length).toBeGreaterThan(loads.length * 10);
});

test('requests are collated: those for the resident model overtake those for another until patience ends', () => {
  const world = createWorld();
  seeAll(world, ['large']);
  world.now = 2_000;
  world.tell({ kind: 'ask', model: 'large', ticket: 1 });
  world.tell({ kind: 'ask', model: 'medium', ticket: 2 });
  world.now += 400;
  expect(world.tell({ kind: 'ask', model: 'large', ticket: 3 })).toEqual([{ kind: 'admit', model: 'large', ticket: 3 }]);
  world.tell({ kind: 'done', model: 'large', tookMs: 10 });
  world.now += 200;
  expect(world.tell({ kind: 'ask', model: 'large', ticket: 4 })).toEqual([]);
  expect(world.tell({ kind: 'done', model: 'large', tookMs: 10 })).toEqual([{ kind: 'unload', model: 'large' }]);
  expect(world.tell({ kind: 'unloaded', model: 'large' })).toEqual([{ kind: 'load', model: 'medium' }]);
});

test('the model that was used least lately gives way, and no more than is needed', () => {
  const world = createWorld();
  seeAll(world, ['small', 'medium']);
  world.now = 2_000;
  world.tell({ kind: 'ask', model: 'small', ticket: 1 });
  world.tell({ kind: 'done', model: 'small', tookMs: 10 });
  world.now += 100;
  expect(
    world
      .tell({ kind: 'ask', model: 'large', ticket: 2 })
      .map(({ kind, model: name }) => `${kind} ${name}`)
      .toSorted(),
  ).toEqual(['unload medium', 'unload small']);
  const other = createWorld({ ...rules, bytes: 11 });
  seeAll(other, ['small', 'medium']);
  other.now = 2_000;
  other.tell({ kind: 'ask', model: 'small', ticket: 1 });
  other.tell({ kind: 'done', model: 'small', tookMs: 10 });
  other.now += 100;
  expect(other.tell({ kind: 'ask', model: 'large', ticket: 2 })).toEqual([{ kind: 'unload', model: 'medium' }]);
});

test('a model without work gives its place away a moment after its last request, and not sooner than its load took', () => {
  const world = createWorld();
  seeAll(world);
  world.tell({ kind: 'ask', model: 'large', ticket: 1 });
  world.now = 300;
  world.tell({ kind: 'loaded', model: 'large' });
  world.now = 350;
  world.tell({ kind: 'done', model: 'large', tookMs: 50 });
  expect(world.tell({ kind: 'ask', model: 'medium', ticket: 2 })).toEqual([]);
  expect(world.wakeAt).toBe(600);
  world.now = 600;
  expect(world.tell({ kind: 'tick' })).toEqual([{ kind: 'unload', model: 'large' }]);
  world.tell({ kind: 'unloaded', model: 'large' });
  world.tell({ kind: 'loaded', model: 'medium' });
  world.now = 5_000;
  world.tell({ kind: 'done', model: 'medium', tookMs: 4_000 });
  expect(world.tell({ kind: 'ask', model: 'large', ticket: 3 })).toEqual([]);
  expect(world.wakeAt).toBe(5_100);
});

test('behind a request that has waited too long, nobody takes the room that it needs', () => {
  const world = createWorld();
  seeAll(world, ['small']);
  world.tell({ kind: 'ask', model: 'small', ticket: 1 });
  world.tell({ kind: 'ask', model: 'huge', ticket: 2 });
  world.now = 600;
  expect(world.tell({ kind: 'ask', model: 'medium', ticket: 3 })).toEqual([]);
  world.tell({ kind: 'leave', model: 'huge', ticket: 2 });
  expect(world.decided('load')).toEqual(['medium']);
});

test('a model that cannot fit beside what cannot go holds up nobody who can, and is loaded once there is room', () => {
  for (const stuck of ['pinned', 'unknown'] as const) {
    const world = createWorld();
    seeAll(world);
    world.tell({ kind: 'seen', model: 'medium', as: stuck });
    world.tell({ kind: 'ask', model: 'large', ticket: 1 });
    world.now = 600;
    world.tell({ kind: 'ask', model: 'small', ticket: 2 });
    expect(world.decided('load')).toEqual(['small']);
    world.tell({ kind: 'loaded', model: 'small' });
    world.tell({ kind: 'done', model: 'small', tookMs: 10 });
    world.now += 200;
    expect(world.tell({ kind: 'seen', model: 'medium', as: 'out' })).toEqual([{ kind: 'unload', model: 'small' }]);
    expect(world.tell({ kind: 'unloaded', model: 'small' })).toEqual([{ kind: 'load', model: 'large' }]);
  }
});

test('a model that takes no memory is loaded though somebody else has woken too many', () => {
  const world = createWorld();
  seeAll(world);
  for (const model of ['large', 'medium']) world.tell({ kind: 'seen', model, as: 'pinned' });
  expect(world.tell({ kind: 'ask', model: 'free', ticket: 1 })).toEqual([{ kind: 'load', model: 'free' }]);
});

test('what is seen of a model while it is loaded or unloaded is older than that, and changes nothing', () => {
  const world = createWorld();
  seeAll(world);
  world.tell({ kind: 'ask', model: 'huge', ticket: 1 });
  world.tell({ kind: 'seen', model: 'huge', as: 'out' });
  world.tell({ kind: 'seen', model: 'huge', as: 'in' });
  expect(world.log).toEqual([{ kind: 'load', model: 'huge' }]);
});

test('while one model goes, no other is asked to go for the same sake', () => {
  const half = { bytes: 5, parallel: 1 };
  const world = createWorld({ ...rules, models: { a: half, b: half, c: half } });
  seeAll(world, ['a', 'b']);
  world.now = 2_000;
  expect(world.tell({ kind: 'ask', model: 'c', ticket: 1 })).toEqual([{ kind: 'unload', model: 'a' }]);
  expect(world.tell({ kind: 'tick' })).toEqual([]);
});

test('who gives up frees the place, and what was drained for their sake is used again', () => {
  const world = createWorld();
  seeAll(world, ['large']);
  world.now = 2_000;
  world.tell({ kind: 'ask', model: 'large', ticket: 1 });
  world.tell({ kind: 'ask', model: 'medium', ticket: 2 });
  world.now += 600;
  expect(world.tell({ kind: 'ask', model: 'large', ticket: 3 })).toEqual([]);
  expect(world.tell({ kind: 'leave', model: 'medium', ticket: 2 })).toEqual([{ kind: 'admit', model: 'large', ticket: 3 }]);
});

test('a load that fails tells everybody who waits why, and is tried again after a while that grows', () => {
  const world = createWorld();
  seeAll(world);
  const waits = [1, 2, 3].map((ticket) => {
    world.tell({ kind: 'ask', model: 'huge', ticket });
    const [decision] = world.tell({ kind: 'load-failed', model: 'huge', reason: 'CUDA out of memory' });
    world.tell({ kind: 'seen', model: 'huge', as: 'out' });
    const refusal = decision?.kind === 'refuse' ? decision.refusal : undefined;
    expect(refusal).toMatchObject({ kind: 'trouble', reason: 'CUDA out of memory' });
    expect(world.tell({ kind: 'ask', model: 'huge', ticket: ticket + 10 })).toMatchObject([
      { kind: 'refuse', refusal: { kind: 'trouble' } },
    ]);
    world.now += refusal?.retryAfterMs ?? 0;
    return refusal?.retryAfterMs;
  });
  expect(waits).toEqual([2_000, 4_000, 8_000]);
  expect(world.tell({ kind: 'ask', model: 'huge', ticket: 4 })).toEqual([{ kind: 'load', model: 'huge' }]);
  world.tell({ kind: 'loaded', model: 'huge' });
  expect(world.state['huge']?.trouble).toBeUndefined();
});

test('too many are told to come back after what the loads took so far', () => {
  const world = createWorld();
  seeAll(world);
  world.tell({ kind: 'ask', model: 'medium', ticket: 1 });
  world.now += 7_000;
  world.tell({ kind: 'loaded', model: 'medium' });
  world.tell({ kind: 'done', model: 'medium', tookMs: 2_000 });
  for (let ticket = 2; ticket < 9; ticket += 1) world.tell({ kind: 'ask', model: 'medium', ticket });
  const [decision] = world.tell({ kind: 'ask', model: 'medium', ticket: 9 });
  // Five wait, two are answered at a time, each takes two seconds.
  expect(decision).toMatchObject({ kind: 'refuse', refusal: { kind: 'full', retryAfterMs: 5_000 } });
});

test('who waits longer than is allowed is told, and time alone is enough for it', () => {
  const world = createWorld();
  seeAll(world, ['huge']);
  world.tell({ kind: 'ask', model: 'huge', ticket: 1 });
  world.tell({ kind: 'ask', model: 'small', ticket: 2 });
  for (let woken = 0; world.wakeAt !== undefined && woken < 20; woken += 1) {
    world.now = world.wakeAt;
    world.tell({ kind: 'tick' });
  }
  expect(world.log).toContainEqual({
    kind: 'refuse',
    model: 'small',
    ticket: 2,
    refusal: { kind: 'waited', reason: '', retryAfterMs: 32_500 },
  });
  expect(world.now).toBe(60_000);
});

test('what was found resident at the start beyond the budget is put to sleep, but not what cannot be', () => {
  const world = createWorld();
  world.tell({ kind: 'seen', model: 'large', as: 'pinned' });
  world.tell({ kind: 'seen', model: 'medium', as: 'in' });
  for (const name of ['small', 'huge', 'free']) world.tell({ kind: 'seen', model: name, as: 'out' });
  expect(world.decided('unload')).toEqual(['medium']);
  world.tell({ kind: 'unloaded', model: 'medium' });
  world.now += 59_000;
  world.tell({ kind: 'ask', model: 'huge', ticket: 1 });
  expect(world.decided('load')).toEqual([]);
});

test('nothing is loaded before every server was seen, because it may be awake', () => {
  const world = createWorld();
  world.tell({ kind: 'ask', model: 'small', ticket: 1 });
  world.tell({ kind: 'seen', model: 'small', as: 'out' });
  expect(world.log).toEqual([]);
  seeAll(world);
  expect(world.decided('load')).toEqual(['small']);
});

test('a model that nobody asks for goes to sleep after its idle time', () => {
  const world = createWorld();
  seeAll(world, ['huge']);
  expect(world.wakeAt).toBe(5_000);
  world.now = 4_999;
  expect(world.tell({ kind: 'tick' })).toEqual([]);
  world.now = 5_000;
  expect(world.tell({ kind: 'tick' })).toEqual([{ kind: 'unload', model: 'huge' }]);
});
