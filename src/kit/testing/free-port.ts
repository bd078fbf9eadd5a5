import { createSocket } from 'node:dgram';
import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/** Below the ports that the kernel gives to connections (ip_local_port_range), or one of them might take a port before its server does. */
const [lowestPort, highestPort] = [20_000, 32_000];

/** A port of 127.0.0.1 for a TCP server that starts later, or again; never one that this test process or another one was given already. */
export async function freePort(): Promise<number> {
  const port = randomInt(lowestPort, highestPort);
  return (await claim(port)) && (await isFree(port)) ? port : freePort();
}

/** Holds the UDP port of this number until the process ends, for test processes run side by side and share nothing but the machine. */
async function claim(port: number): Promise<boolean> {
  const socket = createSocket('udp4').unref();
  return new Promise((resolve) => {
    socket.once('error', () => resolve(false));
    socket.bind({ port, address: '127.0.0.1', exclusive: true }, () => resolve(true));
  });
}

async function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
