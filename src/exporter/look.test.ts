import { afterEach, beforeEach, expect, test } from 'vitest';
import { createEngine } from './engine.ts';
import { type Look, lookAt, type LookOptions, usualLook } from './look.ts';
import { container } from './testing/simulated-container.ts';
import { type SimulatedEngine, startEngine } from './testing/simulated-engine.ts';

let simulated: SimulatedEngine;
const never = new AbortController().signal;

beforeEach(async () => {
  simulated = await startEngine([container(1), container(2), container(3)]);
});

afterEach(async () => {
  await simulated.stop();
});

async function look(changes: Partial<LookOptions> = {}, callMs = 5000): Promise<Look> {
  const engine = createEngine(simulated.address, { callMs, streamMs: 1000 });
  return await lookAt(engine, { ...usualLook, cluster: 'home', ...changes }, never);
}

function names({ containers }: Look): readonly string[] {
  return containers.map(({ name }) => name);
}

test('every container is described, by name', async () => {
  expect(await look()).toMatchObject({ unread: 0, leftOut: 0, reason: undefined });
  expect(names(await look())).toEqual(['home-app1-1', 'home-app2-1', 'home-app3-1']);
});

test('an engine without containers is an answer', async () => {
  simulated.containers = [];
  expect(await look()).toEqual({ containers: [], unread: 0, leftOut: 0, reason: undefined });
});

test('one that vanishes between list and description is not there, and that is no failure', async () => {
  simulated.behaviours.set(`/containers/${container(2).Id}/json`, { kind: 'refuses', status: 404 });
  expect(await look()).toMatchObject({ containers: [{ name: 'home-app1-1' }, { name: 'home-app3-1' }], unread: 0 });
});

test('one that hangs in the engine is unread, and holds up no other', async () => {
  simulated.behaviours.set(`/containers/${container(2).Id}/json`, { kind: 'hangs' });
  const found = await look({ atOnce: 1 }, 2000);
  expect(names(found)).toEqual(['home-app1-1', 'home-app3-1']);
  expect(found).toMatchObject({ unread: 1, reason: 'no answer within 2 s' });
});

test('where none is described, the engine did not answer', async () => {
  simulated.behaviours.set('inspect', { kind: 'refuses', status: 403 });
  await expect(look()).rejects.toThrow('answered 403');
});

test('a slow engine ends no look late: what it did not describe in time is unread', async () => {
  simulated.containers = Array.from({ length: 40 }, (_, i) => container(i));
  for (const { Id } of simulated.containers.slice(4)) simulated.behaviours.set(`/containers/${Id}/json`, { kind: 'hangs' });
  const found = await look({ lookMs: 2000, atOnce: 40 });
  expect(found).toMatchObject({ containers: { length: 4 }, unread: 36 });
});

test('300 containers are looked at within the time of a look on a busy machine too, a few at a time', async () => {
  simulated.containers = Array.from({ length: 300 }, (_, i) => container(i));
  simulated.behaviours.set('inspect', { kind: 'answers', afterMs: 10 });
  expect(await look()).toMatchObject({ containers: { length: 300 }, unread: 0 });
  expect(simulated.mostAtOnce()).toBe(usualLook.atOnce);
});

test('of too many, those of the cluster come first', async () => {
  const stranger = { Image: 'other', Env: [], Labels: null };
  simulated.containers = [...[10, 11, 12].map((i) => container(i, { Config: stranger })), container(1)];
  const found = await look({ mostContainers: 2 });
  expect(found.leftOut).toBe(2);
  expect(names(found)).toContain('home-app1-1');
});
