import { afterEach, beforeEach, expect, test } from 'vitest';
import { createEngine, type Engine, reasonOf } from './engine.ts';
import { container } from './testing/simulated-container.ts';
import { type Behaviour, type SimulatedEngine, startEngine } from './testing/simulated-engine.ts';

let simulated: SimulatedEngine;
let engine: Engine;
const never = new AbortController().signal;

beforeEach(async () => {
  simulated = await startEngine([container(1)]);
  engine = createEngine(simulated.address, { callMs: 5000, streamMs: 400 });
});

afterEach(async () => {
  await simulated.stop();
});

async function failure(work: Promise<unknown>): Promise<string> {
  return await work.then(
    () => 'none',
    (cause: unknown) => reasonOf(cause),
  );
}

test('a container is described in the words of the figures', async () => {
  expect(await engine.inspect(container(1).Id, never)).toEqual({
    id: container(1).Id,
    name: 'home-app1-1',
    image: 'example/app:1.0',
    imageId: `sha256:${'ab'.repeat(32)}`,
    labels: { 'org.datamancy.cluster': 'home', 'org.datamancy.service': 'app1' },
    state: 'running',
    health: { status: 'healthy', failingStreak: 0, last: { durationSeconds: 0.25, endedAt: 1_767_323_045.25 } },
    restarts: 0,
    exitCode: undefined,
    isOomKilled: false,
    startedAt: 1_767_322_800,
    finishedAt: undefined,
    missingLimits: { memory: false, pids: false },
  });
});

test('one that is gone is none, and no failure', async () => {
  expect(await engine.inspect('f'.repeat(64), never)).toBeUndefined();
});

test('a container that has ended has a status and no health, whatever the engine says of its healthcheck', async () => {
  const state = { Status: 'exited', ExitCode: 3, Health: { Status: 'unhealthy', FailingStreak: 0, Log: null } };
  simulated.containers = [container(2, { state, HostConfig: { Memory: 0, PidsLimit: null } })];
  expect(await engine.inspect(container(2).Id, never)).toMatchObject({
    state: 'exited',
    health: undefined,
    exitCode: 3,
    missingLimits: { memory: true, pids: true },
  });
});

const refusals: readonly (readonly [string, Behaviour, RegExp])[] = [
  ['refuses', { kind: 'refuses', status: 403 }, /answered 403$/],
  ['knows no list', { kind: 'refuses', status: 404 }, /knows no list of containers$/],
  ['leads elsewhere', { kind: 'refuses', status: 302, location: 'http://127.0.0.1:1/' }, /redirect/],
  ['cuts off in the middle', { kind: 'cut' }, /other side closed|terminated/],
  ['says no JSON', { kind: 'says', body: 'PASSWORD=secret' }, /^the engine answered with what is no JSON$/],
  ['says something else', { kind: 'says', body: '[{"Id":"../../info"}]' }, /^the engine answered something else: 0.Id /],
];

test.each(refusals)('an engine that %s is a failure that says so', async (_, behaviour, words) => {
  simulated.behaviours.set('list', behaviour);
  expect(await failure(engine.list(never))).toMatch(words);
});

test.each<readonly [string, Behaviour]>([
  ['hangs', { kind: 'hangs' }],
  ['begins and says no more', { kind: 'begins' }],
  ['is slower than the limit', { kind: 'answers', afterMs: 400 }],
])('an engine that %s is waited for no longer than a call may take', async (_, behaviour) => {
  const hasty = createEngine(simulated.address, { callMs: 100, streamMs: 400 });
  simulated.behaviours.set('list', behaviour).set('events', { kind: 'hangs' });
  expect(await failure(hasty.list(never))).toBe('no answer within 0.1 s');
  expect(await failure(hasty.followKills({ opened: () => undefined, killed: () => undefined }, never))).toBe('no answer within 0.1 s');
});

test('an answer without end is cut off before it fills the memory', async () => {
  simulated.behaviours.set('inspect', { kind: 'says', body: 'a'.repeat(5 * 1024 ** 2) });
  expect(await failure(engine.inspect(container(1).Id, never))).toMatch(/more than 4194304 bytes/);
});

test('an engine that is away is a failure that says where it was looked for', async () => {
  await simulated.stop();
  expect(await failure(engine.list(never))).toBe(`connect ECONNREFUSED ${simulated.address.host}`);
  await simulated.start();
});

test('whoever no longer wants to know gets no answer', async () => {
  const stopping = new AbortController();
  simulated.behaviours.set('list', { kind: 'hangs' });
  const asked = failure(engine.list(stopping.signal));
  stopping.abort(new Error('enough'));
  expect(await asked).toBe('enough');
});

test('kills of the last minutes are told first, then those that come, until the stream is renewed', async () => {
  const now = Date.now() / 1000;
  simulated.tellKill('long-ago', now - 5000);
  simulated.tellKill('before', now - 10);
  const told: string[] = [];
  const opened = (): void => simulated.tellKill('after', now);
  // Long enough for it to be opened, and told of a kill, on a busy machine too.
  await createEngine(simulated.address, { callMs: 5000, streamMs: 2000 }).followKills(
    { opened, killed: (id, at) => told.push(`${id} ${(at - now).toFixed(0)}`) },
    never,
  );
  expect(told).toEqual(['before -10', 'after 0']);
});

const brokenStreams: readonly (readonly [string, Behaviour, RegExp])[] = [
  ['is refused', { kind: 'refuses', status: 403 }, /answered 403$/],
  ['tells an event without end', { kind: 'says', body: 'a'.repeat(100_000) }, /more than 65536 characters/],
  ['tells something else', { kind: 'says', body: '{"timeNano":"soon"}\n' }, /^the engine answered something else/],
];

test.each(brokenStreams)('a stream of events that %s is a failure', async (_, behaviour, words) => {
  simulated.behaviours.set('events', behaviour);
  expect(await failure(engine.followKills({ opened: () => undefined, killed: () => undefined }, never))).toMatch(words);
});

test('a stream that dies without a word is given up when it should have ended', async () => {
  // Its first words are a call, which has to come in time.
  const silent = createEngine(simulated.address, { callMs: 2000, streamMs: 100 });
  simulated.behaviours.set('events', { kind: 'begins' });
  expect(await failure(silent.followKills({ opened: () => undefined, killed: () => undefined }, never))).toBe('no answer within 2.1 s');
});
