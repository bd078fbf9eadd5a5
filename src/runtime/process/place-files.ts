import { chmod, chown, lchown, lstat, mkdir, readFile, rm, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { writeAtomic } from '../../kit/files.ts';
import type { Release } from '../runtime.ts';
import { eachBelow } from './each-below.ts';
import type { Places } from './places.ts';
import { unitPlaces } from './places.ts';
import type { UnitRecord } from './record.ts';
import type { IdOf } from './users.ts';
import { secretGroup } from './users.ts';

/**
 * Puts everything where the unit will read it, as of this release: config files and secrets that it can read and not change,
 * and directories of its own. With users, each can enter only what is its own.
 */
export async function placeFiles(
  places: Places,
  { directory }: Release,
  { service, unit, account }: UnitRecord,
  idOf: IdOf | undefined,
): Promise<void> {
  const { home, files, temporary, accounts, envFile } = unitPlaces(places, service);
  const gid = account?.gid;
  await ownDirectory(places.root, 0o711);
  await ownDirectory(places.control, 0o700);
  await ownDirectory(home, 0o710, { gid });
  await rm(files, { recursive: true, force: true });
  await ownDirectory(files, 0o750, { gid });
  for (const { source, target } of unit.files) {
    for (const folder of foldersBetween(files, dirname(target))) await ownDirectory(folder, 0o750, { gid });
    await put(target, await readFile(resolve(directory, source)), gid);
  }
  await ownDirectory(places.secrets, 0o711);
  for (const { source, target } of unit.secrets) {
    await put(target, await readFile(resolve(directory, source)), idOf && secretGroup(idOf, target));
  }
  const user = account ? { uid: account.uid, gid: account.gid } : {};
  await rm(temporary, { recursive: true, force: true });
  for (const own of [temporary, ...unit.volumes]) await ownTree(own, user);
  const { uid = process.getuid?.() ?? 0, gid: group = process.getgid?.() ?? 0 } = user;
  await put(accounts, `${service}:x:${uid}:${group}:${service}:${temporary}:/bin/sh\n`, gid);
  await put(`${accounts}.group`, `${service}:x:${group}:\n`, gid);
  if (unit.envFile === undefined) await rm(envFile, { force: true });
  else await writeAtomic(envFile, await readFile(resolve(directory, unit.envFile)), 0o600);
}

/** Lets units pass through the state of the cluster, which is this program's own; nothing in it is readable for that. */
export async function openState(state: string, idOf: IdOf | undefined): Promise<void> {
  await mkdir(state, { recursive: true });
  const { mode } = await stat(state);
  if (idOf && (mode & 0o001) === 0) await chmod(state, (mode & 0o777) | 0o011);
}

interface Ids {
  readonly uid?: number | undefined;
  readonly gid?: number | undefined;
}

async function ownDirectory(path: string, mode: number, { uid = 0, gid }: Ids = {}): Promise<void> {
  await mkdir(path, { recursive: true });
  if (gid !== undefined) await chown(path, uid, gid);
  await chmod(path, gid === undefined && mode !== 0o711 ? 0o700 : mode);
}

/** A directory that the unit owns, and with it everything in it, also after the cluster was moved and its users are others. */
async function ownTree(path: string, { uid, gid }: Ids): Promise<void> {
  await mkdir(path, { recursive: true });
  if (uid === undefined || gid === undefined) return;
  const found = await lstat(path);
  if (found.uid !== uid || found.gid !== gid) {
    await eachBelow(path, async (below) => lchown(below, uid, gid));
    await chown(path, uid, gid);
  }
  await chmod(path, 0o700);
}

async function put(target: string, content: string | Uint8Array, gid: number | undefined): Promise<void> {
  await writeAtomic(target, content, gid === undefined ? 0o400 : 0o440);
  if (gid !== undefined) await chown(target, 0, gid);
}

function foldersBetween(above: string, folder: string): readonly string[] {
  return folder.length <= above.length ? [] : [...foldersBetween(above, dirname(folder)), folder];
}
