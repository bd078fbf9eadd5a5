import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import * as z from 'zod';

/** The user of a unit, and the groups through which it reads the secrets it was granted. */
export const accountSchema = z.object({ uid: z.number().int(), gid: z.number().int(), groups: z.array(z.number().int()) });
export type Account = z.infer<typeof accountSchema>;

/** Ids that nobody else gives out: above those of people, containers and systemd (https://systemd.io/UIDS-GIDS/). */
const highRange = { first: 2_000_000_000, count: 100_000_000 };
/** Within the first 65536, for a machine that is itself a container and has no others. */
const lowRange = { first: 20_000, count: 39_000 };

type Range = typeof highRange;

/** Gives each name an id of its own, always the same; no account of the system has it. */
export type IdOf = (name: string) => number;

/** Ids for the units of one cluster, or undefined where this program is not root and everything runs as whoever runs it. */
export async function unitIds(root: string): Promise<IdOf | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const range = await usableRange();
  return range && ((name) => range.first + (createHash('sha256').update(`${root}\0${name}`).digest().readUInt32BE(0) % range.count));
}

/** Which ids exist here: https://man7.org/linux/man-pages/man7/user_namespaces.7.html */
async function usableRange(): Promise<Range | undefined> {
  const map = await readFile('/proc/self/uid_map', 'utf8');
  const ranges = map
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number));
  const covers = ({ first, count }: Range): boolean =>
    ranges.some(([inside = 0, , length = 0]) => inside <= first && first + count <= inside + length);
  return [highRange, lowRange].find(covers);
}

export function accountOf(idOf: IdOf | undefined, service: string, secretFiles: readonly string[]): Account | undefined {
  if (!idOf) return undefined;
  const id = idOf(service);
  return { uid: id, gid: id, groups: secretFiles.map((path) => secretGroup(idOf, path)) };
}

/** Only units that were granted a secret are in its group. */
export function secretGroup(idOf: IdOf, secretFile: string): number {
  return idOf(`secret ${secretFile}`);
}
