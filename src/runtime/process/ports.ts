import { createHash } from 'node:crypto';
import { createServer } from 'node:net';
import * as z from 'zod';
import { DatamancyError } from '../../kit/errors.ts';
import { readIfExists, writeAtomic } from '../../kit/files.ts';
import type { Service } from '../../service/index.ts';
import type { Places } from './places.ts';

/** Below the ports that the kernel lends to outgoing connections, so that none of them takes one while its unit is down. */
const first = 20_000;
const count = 12_000;

const keptSchema = z.record(z.string(), z.number().int());

export function portKey(service: string, portName: string): string {
  return `${service}.${portName}`;
}

/** A loopback port for every port of every service. Those given once are kept in a file and never move. */
export async function allocatePorts(
  { root, portsFile }: Pick<Places, 'root' | 'portsFile'>,
  services: readonly Service[],
): Promise<Readonly<Record<string, number>>> {
  const kept = await readKept(portsFile);
  const ports = { ...kept };
  const taken = new Set(Object.values(kept));
  for (const service of services) {
    for (const portName of Object.keys(service.ports)) {
      const key = portKey(service.name, portName);
      ports[key] ??= await nextFree(`${root} ${key}`, taken);
      taken.add(ports[key]);
    }
  }
  if (Object.keys(ports).length !== Object.keys(kept).length) await writeAtomic(portsFile, `${JSON.stringify(ports, null, 2)}\n`);
  return ports;
}

async function readKept(portsFile: string): Promise<Readonly<Record<string, number>>> {
  const content = await readIfExists(portsFile);
  if (content === undefined) return {};
  try {
    return keptSchema.parse(JSON.parse(content));
  } catch (cause) {
    throw new DatamancyError('E_RELEASE_DAMAGED', `${portsFile} cannot be read`, {
      fix: 'run "datamancy down", remove the file, then "datamancy up": the ports are chosen again',
      cause,
    });
  }
}

/** Begins where the name says, so that two clusters seldom want the same. */
async function nextFree(name: string, taken: ReadonlySet<number>): Promise<number> {
  const start = createHash('sha256').update(name).digest().readUInt32BE(0);
  for (let step = 0; step < count; step++) {
    const port = first + ((start + step) % count);
    if (!taken.has(port) && (await isFree(port))) return port;
  }
  throw new DatamancyError('E_PORT_TAKEN', `no port from ${first} to ${first + count - 1} of this machine is free`, {
    fix: 'end some of the programs that listen there',
  });
}

async function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
