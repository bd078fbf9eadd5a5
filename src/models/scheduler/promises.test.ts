import { array, assert, constant, constantFrom, integer, nat, oneof, pre, property, record } from 'fast-check';
import { expect, test } from 'vitest';
import { createWorld, rules, seeAll, type World } from '../testing/scheduler-world.ts';
import { bytesTaken, type Decision, type Event, type Sighting, type State } from './state.ts';

const names = Object.keys(rules.models);
const model = constantFrom(...names);
const action = oneof(
  { weight: 6, arbitrary: record({ kind: constant('ask' as const), model }) },
  { weight: 2, arbitrary: record({ kind: constant('leave' as const), pick: nat() }) },
  { weight: 5, arbitrary: record({ kind: constant('done' as const), model }) },
  { weight: 5, arbitrary: record({ kind: constant('wait' as const), ms: integer({ min: 0, max: 900 }) }) },
  // Somebody else wakes a server, stops it, or starts it without sleep mode; or it gives no answer.
  {
    weight: 2,
    arbitrary: record({ kind: constant('seen' as const), model, as: constantFrom<Sighting>('in', 'pinned', 'out', 'unknown') }),
  },
  { weight: 5, arbitrary: record({ kind: constant('finish' as const), fails: integer({ min: 0, max: 5 }) }) },
);

/** What must hold after every event. */
function brokenPromises({ state }: World, waiting: ReadonlyMap<number, string>): readonly string[] {
  const queued = Object.values(state).flatMap((one) => one.waiting.map(({ ticket }) => ticket));
  return [
    ...(queued.length > rules.waiting.together + names.length ? ['too many wait together'] : []),
    ...(new Set([...queued, ...waiting.keys()]).size === queued.length && queued.length === waiting.size
      ? []
      : ['somebody waits who was answered, or the other way round']),
    ...Object.entries(state).flatMap(([name, one]) => [
      ...(one.waiting.length > rules.waiting.each ? [`too many wait for ${name}`] : []),
      ...(one.open > (rules.models[name]?.parallel ?? 0) ? [`${name} answers too many at once`] : []),
    ]),
  ];
}

/** What must hold of each decision. What others do may be against it, so the state alone does not tell. */
function brokenBy(decision: Decision, state: State): readonly string[] {
  const { kind, model: name } = decision;
  if (kind === 'load') return bytesOf(name) > 0 && bytesTaken(state, rules) > rules.bytes ? [`no room for ${name}`] : [];
  if (kind === 'unload') return (state[name]?.open ?? 0) > 0 ? [`${name} went while it answered`] : [];
  return kind === 'admit' && state[name]?.residence.kind !== 'in' ? [`${name} is asked while it is not there`] : [];
}

test('whatever happens: the budget holds, no model goes while it answers, queues are bounded, and each ticket is answered once', () => {
  assert(
    property(array(action, { maxLength: 150 }), (actions) => {
      const world = createWorld();
      seeAll(world);
      const waiting = new Map<number, string>();
      const answered = new Set<number>();
      const broken: string[] = [];
      let next = 0;
      const tell = (event: Event): void => {
        for (const decision of world.tell(event)) {
          broken.push(...brokenBy(decision, world.state));
          if (decision.kind !== 'admit' && decision.kind !== 'refuse') continue;
          if (answered.has(decision.ticket)) broken.push(`${decision.ticket} was answered twice`);
          answered.add(decision.ticket);
          waiting.delete(decision.ticket);
        }
        broken.push(...brokenPromises(world, waiting));
      };
      for (const one of actions) {
        switch (one.kind) {
          case 'ask':
            next += 1;
            waiting.set(next, one.model);
            tell({ kind: 'ask', model: one.model, ticket: next });
            break;
          case 'leave': {
            const [ticket, asked] = [...waiting][one.pick % Math.max(1, waiting.size)] ?? [];
            if (ticket === undefined || asked === undefined) break;
            waiting.delete(ticket);
            tell({ kind: 'leave', model: asked, ticket });
            break;
          }
          case 'done':
            if ((world.state[one.model]?.open ?? 0) > 0) tell({ kind: 'done', model: one.model, tookMs: 100 });
            break;
          case 'seen':
            tell(one);
            break;
          case 'wait':
            world.now += one.ms;
            tell({ kind: 'tick' });
            break;
          case 'finish':
            for (const event of endsOfMoves(world, one.fails)) tell(event);
        }
      }
      expect(broken).toEqual([]);
    }),
    { numRuns: 300 },
  );
});

/** Every load and unload ends: well, or one way or the other badly. What is unknown then is seen to be out. */
function endsOfMoves({ state }: World, fails: number): readonly Event[] {
  return Object.entries(state).flatMap(([name, { residence }]): readonly Event[] => {
    if (residence.kind === 'loading')
      return [fails === 0 ? { kind: 'load-failed', model: name, reason: 'no memory' } : { kind: 'loaded', model: name }];
    if (residence.kind === 'unloading') return [{ kind: fails === 1 ? 'unload-failed' : 'unloaded', model: name }];
    return residence.kind === 'unknown' ? [{ kind: 'seen', model: name, as: 'out' }] : [];
  });
}

test('nobody starves behind a model that never fits: what takes the room may be pinned, or give no answer for ever', () => {
  const sightings = constantFrom<Sighting>('pinned', 'unknown');
  assert(
    property(array(model, { minLength: 1, maxLength: 4 }), model, model, sightings, (busy, wanted, stuck, as) => {
      pre(wanted !== stuck && bytesOf(wanted) + bytesOf(stuck) <= rules.bytes);
      const turn = rules.minimumStayMs + rules.patienceMs + 500;
      expect(waitUnderLoad(busy, wanted, 100, { kind: 'seen', model: stuck, as })).toBeLessThanOrEqual(turn * (new Set(busy).size + 1));
    }),
    { numRuns: 60 },
  );
});

function bytesOf(name: string): number {
  return rules.models[name]?.bytes ?? 0;
}

test('nobody starves: under an endless stream of requests for other models, each request is admitted within a bound', () => {
  assert(
    property(array(model, { minLength: 1, maxLength: 4 }), model, integer({ min: 1, max: 400 }), (busy, wanted, answerMs) => {
      // Older waits of the other models come first: each of them costs at most a stay, the end of what is open, and a change.
      const turn = rules.minimumStayMs + rules.patienceMs + answerMs + 400;
      expect(waitUnderLoad(busy, wanted, answerMs)).toBeLessThanOrEqual(turn * (new Set(busy).size + 1));
    }),
    { numRuns: 60 },
  );
});

/** How long one request waits that comes when others have been coming for three seconds, each 50 ms; Infinity where it is never admitted. */
function waitUnderLoad(busy: readonly string[], wanted: string, answerMs: number, seen: Event = { kind: 'tick' }): number {
  const world = createWorld();
  seeAll(world);
  const ends: { readonly at: number; readonly model: string }[] = [];
  let ticket = 100;
  let waited = Infinity;
  const tell = (event: Event): void => {
    for (const decision of world.tell(event)) {
      if (decision.kind !== 'admit') continue;
      if (decision.ticket === 1) waited = world.now - 3_000;
      ends.push({ at: world.now + answerMs, model: decision.model });
    }
  };
  world.tell(seen);
  while (world.now < 30_000 && !Number.isFinite(waited)) {
    if (world.now === 3_000) tell({ kind: 'ask', model: wanted, ticket: 1 });
    for (const name of busy) if (name !== wanted) tell({ kind: 'ask', model: name, ticket: (ticket += 1) });
    for (const end of ends.splice(0)) {
      if (end.at <= world.now) tell({ kind: 'done', model: end.model, tookMs: answerMs });
      else ends.push(end);
    }
    for (const [name, { residence }] of Object.entries(world.state)) {
      if (residence.kind === 'loading' && world.now - residence.since >= 200) tell({ kind: 'loaded', model: name });
      if (residence.kind === 'unloading' && world.now - residence.since >= 100) tell({ kind: 'unloaded', model: name });
    }
    tell({ kind: 'tick' });
    world.now += 50;
  }
  return waited;
}
