import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { startFakeVllm } from '../testing/fake-vllm.ts';
import { createVllmServer } from './vllm.ts';

test('a server whose name nobody knows is not waited for as long as a load may take', async () => {
  const server = createVllmServer({ url: 'http://model.invalid:8000', level: 1, absentMs: 600 });
  const signal = AbortSignal.timeout(20_000);
  await expect(server.load(signal)).rejects.toThrow('it is not there: getaddrinfo');
  expect(await server.observe(signal, () => false)).toBe('out');
  expect(signal.aborted).toBe(false);
}, 30_000);

test('a server that is down at a known place is waited for beyond that', async () => {
  const fake = await startFakeVllm();
  await fake.stop();
  const server = createVllmServer({ url: fake.url, level: 1, absentMs: 0 });
  await Promise.all([server.load(AbortSignal.timeout(10_000)), sleep(200).then(async () => fake.listen())]);
  expect(await server.observe(AbortSignal.timeout(5_000), () => false)).toBe('in');
  await fake.stop();
});
