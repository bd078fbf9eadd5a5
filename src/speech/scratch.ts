import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode } from '../kit/errors.ts';

const prefix = 'speech-';

/** A private folder of this process for what is uploaded and made. */
export interface Scratch {
  readonly folder: string;
  /** A path that nothing has yet; its name says nothing of what was sent. */
  newPath(): string;
  remove(path: string): Promise<void>;
  close(): Promise<void>;
}

/** Also removes the folders of processes that are no more: one that was killed could not. */
export async function openScratch(inside: string): Promise<Scratch> {
  await mkdir(inside, { recursive: true });
  for (const name of await readdir(inside)) {
    const pid = new RegExp(`^${prefix}(\\d+)-`).exec(name)?.[1];
    if (pid !== undefined && (Number(pid) === process.pid || !isAlive(Number(pid)))) {
      await rm(join(inside, name), { recursive: true, force: true });
    }
  }
  const folder = await mkdtemp(join(inside, `${prefix}${process.pid}-`));
  return {
    folder,
    newPath: () => join(folder, randomBytes(12).toString('hex')),
    remove: async (path) => rm(path, { force: true }),
    close: async () => rm(folder, { recursive: true, force: true }),
  };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (cause) {
    return systemCode(cause) === 'EPERM';
  }
}
