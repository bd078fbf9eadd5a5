import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { freePort } from './free-port.ts';

test('a port that was given is free for a server, and is claimed so that no other process is given it before that listens', async () => {
  const port = await freePort();
  const server = createServer();
  await new Promise((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', () => resolve(undefined)));
  await new Promise((resolve) => server.close(resolve));
  const other = createSocket('udp4');
  const claimed = new Promise((resolve, reject) =>
    other.once('error', reject).bind({ port, address: '127.0.0.1', exclusive: true }, () => resolve('claimed twice')),
  );
  await expect(claimed).rejects.toThrow('EADDRINUSE');
});
