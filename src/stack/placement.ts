import type { Port, Service, UnitLimits } from '../service/index.ts';
import { workerName } from '../service/index.ts';

/** Where services live for one runtime. No renderer spells a host or a path itself. */
export interface Placement {
  readonly runtime: 'compose' | 'process';
  /** Host and port at which other services find this port. */
  readonly reach: (service: string, portName: string, port: Port) => { readonly host: string; readonly port: number };
  /** Address and port on which the service itself listens. */
  readonly listen: (service: string, portName: string, port: Port) => { readonly address: string; readonly port: number };
  readonly volume: (service: string, volumeName: string, path: string) => string;
  /** Path at which the service reads the config file it declares at `path`. */
  readonly file: (service: string, path: string) => string;
  /** Path at which units read a secret as a file, by the name that `secretFileName` gives it. */
  readonly secretFile: (name: string) => string;
  /** The runtime can probe a unit more often while it starts than later; Docker Engine does from 25 on. */
  readonly probesStart?: boolean;
  /** Where the engine's socket is on the machine, if not at {@link usualEngineSocket}, by which definitions name it. */
  readonly engineSocket?: string;
  /** Folder with what the recipe of this name copies into its image; absent where units run from images. */
  readonly recipe?: (recipe: string) => string;
}

export const usualEngineSocket = '/var/run/docker.sock';

/** In containers every declared port and path is true as it stands, and services find each other by name. */
export const containerPlacement: Placement = {
  runtime: 'compose',
  reach: (service, _, port) => ({ host: service, port: port.number }),
  listen: (_, __, port) => ({ address: '0.0.0.0', port: port.number }),
  volume: (_, __, path) => path,
  file: (_, path) => path,
  secretFile: (name) => `/run/secrets/${name}`,
};

/** The place of the ports and volumes of one service, as its own definition reads them. */
export function hereOf(
  service: Service,
  placement: Placement,
  limits: UnitLimits,
): {
  listen: Record<string, { address: string; port: number }>;
  volume: Record<string, string>;
  file: Record<string, string>;
  recipe: string;
  reach: (portName: string, worker?: string) => { host: string; port: number };
  limits: UnitLimits;
} {
  return {
    listen: mapValues(service.ports, (port, name) => placement.listen(service.name, name, port)),
    volume: mapValues(service.volumes ?? {}, ({ path }, name) => placement.volume(service.name, name, path)),
    file: mapValues(service.files ?? {}, ({ path }) => placement.file(service.name, path)),
    recipe: (service.debian !== undefined && placement.recipe?.(service.debian)) || '',
    reach: (portName, worker) => reachUnit(service, placement, portName, worker),
    limits: { memoryBytes: limits.memoryBytes, cpus: limits.cpus },
  };
}

function reachUnit(service: Service, placement: Placement, portName: string, worker: string | undefined): { host: string; port: number } {
  const name = worker === undefined ? service.name : workerName(service.name, worker);
  const ports = worker === undefined ? service.ports : (service.workers?.[worker]?.ports ?? {});
  const port = Object.hasOwn(ports, portName) ? ports[portName] : undefined;
  if (!port) throw new Error(`${name} has no port ${portName}`);
  return placement.reach(name, portName, port);
}

function mapValues<From, To>(record: Readonly<Record<string, From>>, map: (value: From, key: string) => To): Record<string, To> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value, key)]));
}
