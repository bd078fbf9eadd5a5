import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createLog } from '../kit/log.ts';
import { createEngine } from './engine.ts';
import { createMemoryKills, type MemoryKills } from './memory-kills.ts';
import { type SimulatedEngine, startEngine } from './testing/simulated-engine.ts';

let simulated: SimulatedEngine;
let kills: MemoryKills;
let stopping: AbortController;
let watching: Promise<void>;
let lines: string[];
const patiently = { timeout: 10_000, interval: 10 };
const now = Math.floor(Date.now() / 1000);

beforeEach(async () => {
  simulated = await startEngine();
  stopping = new AbortController();
  lines = [];
  const log = createLog('test', 'info', { write: (line) => void lines.push(line) });
  const engine = createEngine(simulated.address, { callMs: 5000, streamMs: 60_000 });
  kills = createMemoryKills(engine, log, { retryMs: 10, mostContainers: 3 });
  watching = kills.watch(stopping.signal);
  await vi.waitUntil(() => kills.isWatched(), patiently);
});

afterEach(async () => {
  stopping.abort();
  await watching;
  await simulated.stop();
});

test('the last kill of each container is remembered, of as many containers as are looked at', async () => {
  for (const [id, at] of [
    ['a', 1],
    ['b', 2],
    ['a', 3],
    ['c', 4],
    ['d', 5],
  ] as const)
    simulated.tellKill(id, now + at);
  await vi.waitFor(() => expect(kills.lastOf('d')).toBe(now + 5), patiently);
  expect(['a', 'b', 'c'].map((id) => kills.lastOf(id))).toEqual([now + 3, undefined, now + 4]);
});

test('what happened while the stream was cut is told afterwards', async () => {
  simulated.tellKill('a', now);
  await vi.waitFor(() => expect(kills.lastOf('a')).toBe(now), patiently);
  simulated.cutStreams();
  simulated.tellKill('a', now + 1);
  await vi.waitFor(() => expect(kills.lastOf('a')).toBe(now + 1), patiently);
  await vi.waitFor(() => expect(simulated.openStreams()).toBe(1), patiently);
});

test('an engine that is away is said once, and asked again until it is back', async () => {
  await simulated.stop();
  await vi.waitFor(() => expect(kills.isWatched()).toBe(false), patiently);
  await new Promise((resolve) => setTimeout(resolve, 60));
  expect(lines.filter((line) => line.includes('"event":"kills.unwatched"'))).toHaveLength(1);
  await simulated.start();
  await vi.waitFor(() => expect(kills.isWatched()).toBe(true), patiently);
  simulated.tellKill('late', now);
  await vi.waitFor(() => expect(kills.lastOf('late')).toBe(now), patiently);
});
