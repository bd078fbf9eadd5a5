import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { ask } from './ask.ts';

interface Dispatcher {
  readonly constructor: new (options: { readonly headersTimeout: number }) => Dispatcher;
}
const key = Symbol.for('undici.globalDispatcher.1');
const shared = globalThis as unknown as Record<symbol, Dispatcher>;

test('no time limit but the caller’s: that of Node’s fetch for a head, made small here, is not met', async () => {
  let giveUp = (): void => {};
  const whenGivenUp = new Promise<void>((resolve) => (giveUp = resolve));
  const server = createServer((_, response) => void whenGivenUp.then(() => response.end('awake'))).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/wake_up`;
  await fetch('data:,').catch(() => undefined);
  const before = shared[key];
  if (!before) throw new Error('fetch has no dispatcher to make impatient');
  try {
    shared[key] = new before.constructor({ headersTimeout: 100 });
    const [answer, impatient] = await Promise.all([
      ask({ method: 'POST', url }, AbortSignal.timeout(20_000)),
      fetch(url, { method: 'POST' })
        .catch((cause: unknown) => (cause as Error).cause)
        .finally(giveUp),
    ]);
    expect(answer).toEqual({ kind: 'answer', status: 200, text: 'awake' });
    expect(impatient).toMatchObject({ code: 'UND_ERR_HEADERS_TIMEOUT' });
  } finally {
    shared[key] = before;
    server.close();
  }
});

test('what is called off or says nothing in time is silent, what nobody listens at is away, and a name that nobody knows is nowhere', async () => {
  const server = createServer(() => {}).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  expect(await ask({ method: 'GET', url, timeoutMs: 50 }, AbortSignal.timeout(5_000))).toMatchObject({ kind: 'silent' });
  expect(await ask({ method: 'GET', url }, AbortSignal.abort())).toMatchObject({ kind: 'silent' });
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  expect(await ask({ method: 'GET', url }, AbortSignal.timeout(5_000))).toMatchObject({ kind: 'away', isNowhere: false });
  const lost = await ask({ method: 'GET', url: 'http://model.invalid:8000/' }, AbortSignal.timeout(20_000));
  expect(lost).toMatchObject({ kind: 'away', isNowhere: true });
}, 30_000);

test('of a long answer the start is read, and a redirect is an answer like others', async () => {
  const server = createServer((_, response) => response.writeHead(302, { location: 'http://elsewhere/' }).end('x'.repeat(1_000_000)));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const answer = await ask({ method: 'GET', url, timeoutMs: 5_000 }, new AbortController().signal);
  expect(answer).toEqual({ kind: 'answer', status: 302, text: 'x'.repeat(64 * 1024) });
  server.closeAllConnections();
  server.close();
});
