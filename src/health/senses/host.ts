import { readFile, stat, statfs } from 'node:fs/promises';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { systemCode } from '../../kit/errors.ts';

export interface Space {
  readonly path: string;
  readonly totalBytes: number;
  readonly freeBytes: number;
  readonly totalFiles: number;
  readonly freeFiles: number;
}

export interface HostMemory {
  readonly totalBytes: number;
  readonly availableBytes: number;
}

/** A TCP socket of this machine that waits for connections. */
export interface Listener {
  readonly address: string;
  readonly port: number;
}

/** Looks at this machine. Each throws where it cannot be seen, and then nobody may say that it is well. */
export interface HostSenses {
  now(): Date;
  /** The file system that holds the path. */
  space(path: string): Promise<Space>;
  memory(): Promise<HostMemory>;
  listeners(): Promise<readonly Listener[]>;
  /** Every address of this machine, loopback too, but those that hold on one link only (fe80::). */
  addresses(): Promise<readonly string[]>;
  /** Whether a TCP connection comes about; nothing is sent over it. */
  connects(place: { readonly address: string; readonly port: number }, signal: AbortSignal): Promise<boolean>;
  /** Name servers that this machine asks, on other machines: addresses outside of every network of the cluster. */
  resolvers(): Promise<readonly string[]>;
  /** Permission bits and time of the last change, or undefined where there is no such file. */
  file(path: string): Promise<{ readonly mode: number; readonly changedAt: Date } | undefined>;
}

const connectWithinMs = 2000;

/** The machine that this program runs on. */
export const thisHost: HostSenses = {
  now: () => new Date(),
  space: async (path) => {
    const { bsize, blocks, bavail, files, ffree } = await statfs(path);
    return { path, totalBytes: blocks * bsize, freeBytes: bavail * bsize, totalFiles: files, freeFiles: ffree };
  },
  memory: async () => parseMemory(await readFile('/proc/meminfo', 'utf8')),
  listeners: async () => [
    ...parseListeners(await readFile('/proc/net/tcp', 'utf8')),
    ...parseListeners(await readFile('/proc/net/tcp6', 'utf8').catch(noneWhereMissing)),
  ],
  addresses: async () => Object.values(networkInterfaces()).flatMap((all = []) => all.flatMap((one) => (one.scopeid ? [] : [one.address]))),
  connects: async ({ address, port }, signal) =>
    new Promise((resolve) => {
      const socket = connect({ host: address, port, timeout: connectWithinMs, signal });
      const end = (isOpen: boolean) => (): void => {
        resolve(isOpen);
        socket.destroy();
      };
      socket.once('connect', end(true)).once('error', end(false)).once('timeout', end(false));
    }),
  resolvers: async () => {
    const files = await Promise.all(
      ['/etc/resolv.conf', '/run/systemd/resolve/resolv.conf'].map((path) => readFile(path, 'utf8').catch(noneWhereMissing)),
    );
    return parseResolvers(files.join('\n'));
  },
  file: async (path) => {
    try {
      const { mode, mtime } = await stat(path);
      return { mode: mode & 0o7777, changedAt: mtime };
    } catch (cause) {
      if (systemCode(cause) === 'ENOENT') return undefined;
      throw cause;
    }
  },
};

/** A machine without IPv6 has no tcp6, one without systemd-resolved not its file. */
function noneWhereMissing(cause: unknown): string {
  if (systemCode(cause) === 'ENOENT') return '';
  throw cause;
}

/** IPv4 only, as the networks of a cluster are; on loopback is a forwarder that only this machine reaches. */
export function parseResolvers(text: string): readonly string[] {
  const found = [...text.matchAll(/^\s*nameserver\s+(?<address>\d+(?:\.\d+){3})\s*$/gm)].map(({ groups }) => groups?.['address'] ?? '');
  return [...new Set(found)].filter((address) => !address.startsWith('127.')).toSorted();
}

/** /proc/meminfo: https://docs.kernel.org/filesystems/proc.html#meminfo */
export function parseMemory(text: string): HostMemory {
  return { totalBytes: figure('MemTotal'), availableBytes: figure('MemAvailable') };

  function figure(name: string): number {
    const kibibytes = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(text)?.[1];
    if (kibibytes === undefined) throw new Error(`/proc/meminfo does not say ${name}`);
    return Number(kibibytes) * 1024;
  }
}

const listening = '0A';

/** /proc/net/tcp and tcp6: https://docs.kernel.org/networking/proc_net_tcp.html */
export function parseListeners(text: string): readonly Listener[] {
  return text
    .split('\n')
    .slice(1)
    .flatMap((line): readonly Listener[] => {
      const [, local = '', , state] = line.trim().split(/\s+/);
      const [address = '', port = ''] = local.split(':');
      return state === listening ? [{ address: addressOf(address), port: Number.parseInt(port, 16) }] : [];
    });
}

/** Each group of four bytes stands in the order of the machine, which is little-endian wherever Node runs. */
function addressOf(hexadecimal: string): string {
  const bytes = hexadecimal.match(/.{8}/g)?.flatMap((word) => word.match(/../g)?.toReversed() ?? []) ?? [];
  if (bytes.length === 4) return bytes.map((byte) => Number.parseInt(byte, 16)).join('.');
  const whole = bytes.join('').toLowerCase();
  if (/^0+$/.test(whole)) return '::';
  if (/^0{31}1$/.test(whole)) return '::1';
  if (whole.startsWith('00000000000000000000ffff'))
    return bytes
      .slice(12)
      .map((byte) => Number.parseInt(byte, 16))
      .join('.');
  return whole.match(/.{4}/g)?.join(':') ?? '';
}
