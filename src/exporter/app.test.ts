import { afterEach, beforeEach, expect, test } from 'vitest';
import { createApp } from './app.ts';
import { createEngine } from './engine.ts';
import { lookAt, usualLook } from './look.ts';
import { createOwnFigures } from './own-figures.ts';
import { printFigures } from './print-figures.ts';
import { shareLooks } from './shared-looks.ts';
import { container } from './testing/simulated-container.ts';
import { type SimulatedEngine, startEngine } from './testing/simulated-engine.ts';

let simulated: SimulatedEngine;
let app: ReturnType<typeof createApp>;
let watched = true;
let clockMs = 0;
const never = new AbortController().signal;

beforeEach(async () => {
  watched = true;
  simulated = await startEngine([container(1), container(2)]);
  app = appWith({ healthWaitMs: 5000 });
});

/** Looks are fresh for 5 s and answers recent for 45 s, of a clock that the test sets. */
function appWith({ healthWaitMs }: { readonly healthWaitMs: number }): ReturnType<typeof createApp> {
  const engine = createEngine(simulated.address, { callMs: 5000, streamMs: 1000 });
  const kills = { isWatched: () => watched };
  const own = createOwnFigures(kills);
  const take = async () => lookAt(engine, { ...usualLook, cluster: 'home' }, never);
  return createApp({
    looks: shareLooks(take, { freshMs: 5000, now: () => clockMs, onOutcome: (outcome) => own.count(outcome) }),
    kills,
    own,
    print: async (look) => printFigures(look, { cluster: 'home', lastKillOf: () => undefined }),
    recentMs: 45_000,
    healthWaitMs,
  });
}

afterEach(async () => {
  await simulated.stop();
});

async function metrics(): Promise<string> {
  const answer = await app.request('/metrics');
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/plain; version=0.0.4; charset=utf-8']);
  return await answer.text();
}

async function health(): Promise<unknown> {
  const answer = await app.request('/health');
  return { code: answer.status, ...((await answer.json()) as object) };
}

test('figures of containers stand beside those of the exporter, each named once', async () => {
  const text = await metrics();
  expect(text).toMatch(/^docker_up 1$/m);
  expect(text).toMatch(/^docker_exporter_looks_total\{result="answered"\} 1$/m);
  expect(text).toMatch(/^docker_exporter_look_duration_seconds \d/m);
  expect(text).toMatch(/^docker_container_health\{name="home-app2-1",.*status="healthy"\} 1$/m);
  expect(text).toMatch(/^process_start_time_seconds \d+$/m);
  const types = text.split('\n').filter((line) => line.startsWith('# TYPE'));
  expect(new Set(types).size).toBe(types.length);
});

test('while the engine is away that is the figure, and none of before is shown', async () => {
  await metrics();
  await simulated.stop();
  clockMs += 5000;
  const text = await metrics();
  expect(text).toMatch(/^docker_up 0$/m);
  expect(text).toMatch(/^docker_exporter_looks_total\{result="failed"\} 1$/m);
  expect(text).not.toMatch(/docker_container_|docker_exporter_containers_/);
  await simulated.start();
  clockMs += 5000;
  expect(await metrics()).toMatch(/^docker_up 1\n[^]*^docker_container_state/m);
});

test('scrapes at the same time ask the engine once', async () => {
  const texts = await Promise.all(Array.from({ length: 20 }, async () => metrics()));
  expect(texts.every((text) => text.includes('docker_up 1'))).toBe(true);
  expect(simulated.asked.filter((path) => path.startsWith('/containers/json'))).toHaveLength(1);
  expect(simulated.asked).toHaveLength(3);
});

test('it is healthy as long as the engine answered lately, and looks by itself where nobody scrapes', async () => {
  expect(await health()).toEqual({ code: 200, status: 'OK' });
  const asked = simulated.asked.length;
  expect(asked).toBe(3);
  await health();
  expect(simulated.asked).toHaveLength(asked);
  clockMs += 45_000;
  await health();
  expect(simulated.asked).toHaveLength(2 * asked);
});

test('it says why it is not', async () => {
  simulated.behaviours.set('list', { kind: 'refuses', status: 403 });
  expect(await health()).toEqual({ code: 503, status: 'away', reason: 'the engine, or its proxy, answered 403' });
  simulated.behaviours.clear();
  clockMs += 5000;
  expect(await health()).toEqual({ code: 200, status: 'OK' });
});

test('a healthcheck waits no longer than it is given', async () => {
  app = appWith({ healthWaitMs: 120 });
  simulated.behaviours.set('list', { kind: 'hangs' });
  expect(await health()).toEqual({ code: 503, status: 'away', reason: 'the engine has been asked for 0.12 s' });
});

test('without events it is healthy, and says what it cannot see', async () => {
  watched = false;
  expect(await health()).toEqual({ code: 200, status: 'OK', kills: 'unwatched' });
  expect(await metrics()).toMatch(/^docker_exporter_kills_watched 0$/m);
});

test('nothing else is there', async () => {
  expect((await app.request('/')).status).toBe(404);
  expect((await app.request('/metrics', { method: 'POST' })).status).toBe(404);
});
