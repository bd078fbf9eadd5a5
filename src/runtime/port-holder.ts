import { readdir, readFile, readlink } from 'node:fs/promises';
import type Docker from 'dockerode';

/** Who listens on a port of this machine, in words; undefined where that cannot be found out. */
export async function portHolder(client: Docker, port: number): Promise<string | undefined> {
  const containers = await client.listContainers().catch(() => []);
  const container = containers.find(({ Ports }) => Ports.some(({ PublicPort }) => PublicPort === port));
  if (container) return `the container ${container.Names[0]?.slice(1) ?? container.Id}`;
  const sockets = await listeningSockets(port);
  return sockets.size === 0 ? undefined : processWith(sockets);
}

/** Socket inodes in state LISTEN (0A) with that local port; https://docs.kernel.org/networking/proc_net_tcp.html */
async function listeningSockets(port: number): Promise<ReadonlySet<string>> {
  const tables = await Promise.all(['/proc/net/tcp', '/proc/net/tcp6'].map(async (path) => readFile(path, 'utf8').catch(() => '')));
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const rows = tables
    .join('\n')
    .split('\n')
    .map((line) => line.trim().split(/\s+/));
  return new Set(
    rows.flatMap(([, local, , state, , , , , , inode]) =>
      local?.endsWith(suffix) && state === '0A' && inode ? [`socket:[${inode}]`] : [],
    ),
  );
}

async function processWith(sockets: ReadonlySet<string>): Promise<string | undefined> {
  const entries = await readdir('/proc').catch(() => []);
  for (const pid of entries.filter((name) => /^\d+$/.test(name))) {
    const descriptors = await readdir(`/proc/${pid}/fd`).catch(() => []);
    for (const descriptor of descriptors) {
      if (!sockets.has(await readlink(`/proc/${pid}/fd/${descriptor}`).catch(() => ''))) continue;
      const name = await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '');
      return `${name.trim() || 'a program'} (process ${pid})`;
    }
  }
  return undefined;
}
