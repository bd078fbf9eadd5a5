import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { listen, listenForMetrics, serveUntil } from './http-server.ts';

const local = { host: '127.0.0.1', port: 0 };

async function addressOf(server: ReturnType<typeof listen>): Promise<string> {
  if (!server.listening) await new Promise((resolve) => server.once('listening', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test('an answer that has begun is given whole after the end was asked for, and no new one begins', async () => {
  const stopping = new AbortController();
  let answer: (words: string) => void = () => undefined;
  const late = new Promise<string>((resolve) => (answer = resolve));
  const server = listen(async () => new Response(await late), local);
  const served = serveUntil([server], stopping.signal);
  const address = await addressOf(server);
  const asked = fetch(address);
  await new Promise((resolve) => server.once('request', resolve));
  stopping.abort();
  answer('whole');
  expect(await (await asked).text()).toBe('whole');
  await served;
  await expect(fetch(address)).rejects.toThrow('fetch failed');
});

test('an answer that never ends is cut off', async () => {
  const stopping = new AbortController();
  const server = listen(async () => new Promise(() => undefined), local);
  const served = serveUntil([server], stopping.signal, 50);
  const asked = fetch(await addressOf(server));
  await new Promise((resolve) => server.once('request', resolve));
  stopping.abort();
  await expect(asked).rejects.toThrow('fetch failed');
  await served;
});

test('a request that does not arrive whole is ended when its time is over, and not at some later look', async () => {
  const stopping = new AbortController();
  const server = listen(async (asked) => new Response(await asked.text()), local, { requestTimeoutMs: 200 });
  const served = serveUntil([server], stopping.signal);
  const slow = request(await addressOf(server), { method: 'POST', headers: { 'content-length': '5' } });
  const status = new Promise((resolve, reject) => slow.once('response', (answer) => resolve(answer.statusCode)).once('error', reject));
  slow.write('a');
  expect(await status).toBe(408);
  stopping.abort();
  await served;
});

test('a port that is taken ends the other servers too, and says so', async () => {
  const holder = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => holder.once('listening', resolve));
  const { port } = holder.address() as AddressInfo;
  const free = listen(() => new Response(), local);
  const taken = listenForMetrics(new Registry(), { host: '127.0.0.1', port });
  await expect(serveUntil([free, taken], new AbortController().signal)).rejects.toThrow('EADDRINUSE');
  expect(free.listening).toBe(false);
  holder.close();
});
