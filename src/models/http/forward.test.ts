import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { expect, test } from 'vitest';
import { send } from './forward.ts';

const whole = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}';

/** Answers as each request of a connection says, by its place among all; `undefined` closes the connection without a word. */
async function serverOf(
  answers: readonly (string | undefined)[],
): Promise<{ readonly url: string; readonly seen: () => number; readonly close: () => void }> {
  let seen = 0;
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket.on('error', () => {}));
    socket.on('data', () => {
      const answer = answers[seen];
      seen += 1;
      if (answer === undefined) socket.resetAndDestroy();
      else socket.write(answer);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = (): void => {
    for (const socket of sockets) socket.destroy();
    server.close();
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/completions`, seen: () => seen, close };
}

async function statusOf(url: string): Promise<number | undefined> {
  const answer = await send({ url, headers: {}, body: Buffer.from('{}'), silenceMs: 2_000 }, AbortSignal.timeout(5_000));
  answer.resume();
  await once(answer, 'end');
  // The connection goes back to be used again.
  await new Promise((resolve) => setImmediate(resolve));
  return answer.statusCode;
}

test('a request is sent again where a connection that was kept open turns out to be closed', async () => {
  const { url, seen, close } = await serverOf([whole, undefined, whole]);
  expect(await statusOf(url)).toBe(200);
  expect(await statusOf(url)).toBe(200);
  expect(seen()).toBe(3);
  close();
});

test('a request on a new connection is never sent twice', async () => {
  const { url, seen, close } = await serverOf([undefined, whole]);
  await expect(statusOf(url)).rejects.toMatchObject({ status: 502, code: 'upstream_failed' });
  expect(seen()).toBe(1);
  close();
});

test('a server whose answer is no HTTP is an error of the server', async () => {
  const { url, close } = await serverOf(['hello\r\n\r\n']);
  await expect(statusOf(url)).rejects.toMatchObject({ status: 502, message: expect.stringContaining('Parse Error') });
  close();
});
