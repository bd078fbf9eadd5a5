import type { Server } from 'node:net';
import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { freePorts } from './ports.ts';

async function listen(port: number, host: string): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(port, host, () => resolve(server));
  });
}

test('ports that are given out can be listened on, and those taken are passed over', async () => {
  const address = '127.83.7.1';
  const { http, https } = await freePorts(address);
  const servers = [await listen(http, address), await listen(https, address)];
  try {
    const next = await freePorts(address);
    expect([next.http, next.https]).not.toContain(http);
    expect([next.http, next.https]).not.toContain(https);
  } finally {
    for (const server of servers) server.close();
  }
});

test('a pair is left out as soon as one of the two is taken', async () => {
  const address = '127.83.7.2';
  const first = await freePorts(address);
  const server = await listen(first.https, address);
  try {
    expect((await freePorts(address)).http).not.toBe(first.http);
  } finally {
    server.close();
  }
});

test('an address that this machine does not have is refused with its name', async () => {
  await expect(freePorts('192.0.2.1')).rejects.toMatchObject({ code: 'E_HOST_MISSING', message: 'this machine has no address 192.0.2.1' });
});
