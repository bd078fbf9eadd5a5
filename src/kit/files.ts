import { randomBytes } from 'node:crypto';
import { chmod, mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DatamancyError, systemCode } from './errors.ts';

/** Writes beside the target and renames, so a reader sees the old file or the new one and never half of it. */
export async function writeAtomic(path: string, content: string | Uint8Array, mode = 0o644): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const beside = `${path}.${randomBytes(6).toString('hex')}.new`;
  try {
    const file = await open(beside, 'wx', mode);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await chmod(beside, mode);
    await rename(beside, path);
  } catch (cause) {
    await rm(beside, { force: true });
    if (systemCode(cause) === 'ENOSPC') {
      throw new DatamancyError('E_DISK_FULL', `the disk is full: ${path} was not written`, {
        fix: 'free some space and run the command again; nothing was half-written',
        cause,
      });
    }
    throw cause;
  }
}

/** How many files are read or written side by side: enough to be quick, and few beside the handles that a process may have. */
export const filesAtOnce = 16;

/** Makes the folders of relative paths, readable whatever the umask is: units with users of their own look into them through mounts. */
export async function makeFolders(root: string, paths: readonly string[]): Promise<void> {
  const folders = paths.flatMap((path) =>
    path
      .split('/')
      .slice(0, -1)
      .map((_, depth, names) => join(root, ...names.slice(0, depth + 1))),
  );
  for (const folder of new Set(folders)) {
    await mkdir(folder, { recursive: true });
    await chmod(folder, 0o755);
  }
}

/** The file's text, or undefined where there is no such file; any other failure is thrown. */
export async function readIfExists(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    if (systemCode(cause) === 'ENOENT') return undefined;
    throw cause;
  }
}
