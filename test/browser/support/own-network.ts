import { chmod, writeFile } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from '../../../src/kit/process.ts';

const within = fileURLToPath(new URL('within-own-network.js', import.meta.url));
const apart = ['unshare', '--user', '--map-root-user', '--net', '--'] as const;

/** A program that sees no network but these ports of this machine. */
export interface OwnNetwork {
  /** What to run in place of the program. */
  readonly program: string;
  readonly close: () => Promise<void>;
}

/**
 * Chromium drops every request that is under way when an interface of the machine comes or goes (ERR_NETWORK_CHANGED), as with each start
 * of a container, whoever starts it. So it gets a namespace of its own (network_namespaces(7)), in which nothing ever changes; sockets in
 * `folder` lead out of it. On a machine that lets nobody make one it runs as it is, and must run alone.
 */
export async function ownNetwork(program: string, ports: readonly number[], folder: string): Promise<OwnNetwork> {
  if ((await run([...apart, 'ip', 'link', 'set', 'lo', 'up'])).status !== 0) return { program, close: async () => Promise.resolve() };
  const servers = await Promise.all(ports.map(async (port) => leadTo(port, join(folder, String(port)))));
  const wrapper = join(folder, 'run');
  const words = [...apart, process.execPath, within, folder, ports.join(','), program];
  await writeFile(wrapper, `#!/bin/sh\nexec ${words.map((word) => `'${word}'`).join(' ')} "$@"\n`);
  await chmod(wrapper, 0o700);
  return {
    program: wrapper,
    close: async () => {
      await Promise.all(servers.map(async (server) => new Promise((resolve) => server.close(resolve))));
    },
  };
}

async function leadTo(port: number, socket: string): Promise<Server> {
  const server = createServer((incoming) => {
    const outgoing = connect(port, '127.0.0.1');
    incoming.on('error', () => outgoing.destroy()).pipe(outgoing);
    outgoing.on('error', () => incoming.destroy()).pipe(incoming);
  });
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  return server;
}
