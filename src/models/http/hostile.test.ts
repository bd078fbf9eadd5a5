import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { type FakeVllm, startFakeVllm } from '../testing/fake-vllm.ts';
import { ask, type RunningRouter, startRouter, until } from '../testing/running-router.ts';

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).toReversed()) await stop();
});

async function both(
  is: Parameters<typeof startFakeVllm>[0],
  settings: object = {},
  more: object = {},
): Promise<{ a: FakeVllm; running: RunningRouter }> {
  const a = await startFakeVllm(is);
  const running = await startRouter({ models: { a: { server: { kind: 'vllm', url: a.url }, vram: '1GiB', ...more } }, ...settings });
  stops.push(
    async () => a.stop(),
    async () => running.stop(),
  );
  await until(async () => (await running.states())['a']?.state !== 'unknown');
  return { a, running };
}

function bodyOf(bytes: number): string {
  return JSON.stringify({ model: 'a', prompt: 'x'.repeat(bytes) });
}

async function heldBytes(url: string): Promise<number> {
  return ((await (await fetch(`${url}/status`)).json()) as { held_request_bytes: number }).held_request_bytes;
}

/** One request over an agent, and the status of its answer. */
async function statusOf(url: string, agent: Agent): Promise<number> {
  const sent = request(`${url}/v1/completions`, { method: 'POST', agent, headers: { 'content-type': 'application/json' } });
  sent.end('{"model":"a"}');
  const [answer] = (await once(sent, 'response')) as [import('node:http').IncomingMessage];
  answer.resume();
  await once(answer, 'end');
  return answer.statusCode ?? 0;
}

test('a thousand requests at once: some are answered, the rest are told when to come back, and memory stays small', async () => {
  const { a, running } = await both({ wordMs: 20 }, { waiting: { each: 50 } }, { parallel: 20 });
  const agent = new Agent({ keepAlive: true, maxSockets: 300 });
  const before = process.memoryUsage().rss;
  const statuses = await Promise.all(Array.from({ length: 1_000 }, async () => statusOf(running.url, agent)));
  agent.destroy();
  const counted = (status: number): number => statuses.filter((one) => one === status).length;
  expect(counted(200)).toBeGreaterThanOrEqual(70);
  expect(counted(200) + counted(429)).toBe(1_000);
  expect(a.mostOpen).toBeLessThanOrEqual(20);
  expect(await heldBytes(running.url)).toBe(0);
  // Client, server and router are all in this process.
  expect(process.memoryUsage().rss - before).toBeLessThan(200 * 1024 ** 2);
}, 60_000);

test('a body that is too large is refused before it is sent whole, however its size is told', async () => {
  const { a, running } = await both({}, { body: { each: '1MiB' } });
  const headers = { 'content-type': 'application/json' };
  const whole = await fetch(`${running.url}/v1/completions`, { method: 'POST', headers, body: bodyOf(900 * 1024) });
  expect(whole.status).toBe(200);
  const told = connect(Number(new URL(running.url).port), '127.0.0.1');
  told.write('POST /v1/completions HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 999999999\r\n\r\n{');
  const [answer] = (await once(told, 'data')) as [Buffer];
  expect(answer.toString()).toMatch(/^HTTP\/1\.1 413 [\s\S]*connection: close[\s\S]*request_too_large/i);
  told.destroy();
  const chunked = request(`${running.url}/v1/completions`, { method: 'POST', headers }).on('error', () => {});
  const refused = once(chunked, 'response');
  for (let sent = 0; sent <= 1_024; sent += 64) chunked.write('x'.repeat(64 * 1024));
  const [{ statusCode }] = (await refused) as [import('node:http').IncomingMessage];
  expect(statusCode).toBe(413);
  chunked.destroy();
  expect(a.requests).toHaveLength(1);
  expect(await heldBytes(running.url)).toBe(0);
});

test('large requests that wait are counted together, and given back when they are answered or their clients go', async () => {
  let wake = (): void => {};
  const wakeAfter = new Promise<void>((resolve) => (wake = resolve));
  const { running } = await both({ sleeping: true, wakeAfter }, { body: { each: '2MiB', together: '3MiB' } });
  const gone = new AbortController();
  const headers = { 'content-type': 'application/json' };
  const post = async (signal?: AbortSignal): Promise<Response> =>
    await fetch(`${running.url}/v1/completions`, { method: 'POST', headers, body: bodyOf(1_300 * 1024), ...(signal ? { signal } : {}) });
  const first = post();
  const second = post(gone.signal);
  await until(async () => (await running.states())['a']?.waiting === 2);
  const third = await post();
  expect([third.status, third.headers.get('retry-after')]).toEqual([429, '5']);
  gone.abort();
  await expect(second).rejects.toThrow('abort');
  await until(async () => (await heldBytes(running.url)) < 1_400 * 1024);
  wake();
  expect((await first).status).toBe(200);
  await until(async () => (await heldBytes(running.url)) === 0);
});

test('a client that is cut off in the middle of its request leaves nothing behind', async () => {
  const { a, running } = await both({});
  const socket = connect(Number(new URL(running.url).port), '127.0.0.1');
  socket.write(
    'POST /v1/completions HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 500000\r\n\r\n{"model":"a","prompt":"',
  );
  socket.write('x'.repeat(100_000));
  await until(async () => (await heldBytes(running.url)) > 90_000);
  socket.destroy();
  await until(async () => (await heldBytes(running.url)) === 0);
  expect(a.asked).toEqual([]);
  expect((await ask(running.url, 'a')).status).toBe(200);
});
