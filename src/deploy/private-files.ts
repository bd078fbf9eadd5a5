import { chmod, mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { filesAtOnce, makeFolders, readIfExists, writeAtomic } from '../kit/files.ts';
import { inParallel } from '../kit/in-parallel.ts';
import type { TreeFile } from './release.ts';

/** Writes what shows secrets: readable by units through their mounts, and by nobody who cannot enter the directory. */
export async function writePrivateFiles(directory: string, files: readonly TreeFile[]): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  await setMode(directory, 0o700);
  await makeFolders(
    directory,
    files.map(({ path }) => path),
  );
  await inParallel(files, filesAtOnce, async ({ path, content }) => {
    const target = join(directory, path);
    const mode = path.endsWith('.env') ? 0o600 : 0o444;
    if ((await readIfExists(target)) === content) await setMode(target, mode);
    else await writeAtomic(target, content, mode);
  });
}

/**
 * Removes the private files that no unit of the stack has. For when everything runs as declared: before that, a unit that is to be
 * removed, or a definition that is gone back to, may need them still.
 */
export async function prunePrivateFiles(directory: string, kept: ReadonlySet<string>): Promise<void> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  for (const entry of entries) {
    const path = join(entry.parentPath, entry.name);
    const inside = path.slice(directory.length + 1);
    const isKept = entry.isDirectory() ? [...kept].some((file) => file.startsWith(`${inside}/`)) : kept.has(inside);
    if (!isKept) await rm(path, { recursive: true, force: true });
  }
}

async function setMode(path: string, mode: number): Promise<void> {
  if (((await stat(path)).mode & 0o777) !== mode) await chmod(path, mode);
}
