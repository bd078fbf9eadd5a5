import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

const given = new Set<number>();
/** Below the ports that the kernel gives to connections (ip_local_port_range), or one of them might take a port before its server does. */
const [lowestPort, highestPort] = [20_000, 32_000];

/** A port of 127.0.0.1 for a server that starts later, or again; never the same one twice. */
export async function freePort(): Promise<number> {
  const port = randomInt(lowestPort, highestPort);
  if (given.has(port)) return freePort();
  given.add(port);
  const isFree = await new Promise<boolean>((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
  return isFree ? port : freePort();
}
