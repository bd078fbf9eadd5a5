import { link, mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import * as z from 'zod';
import { sleep } from '../kit/clock.ts';
import { DatamancyError, systemCode } from '../kit/errors.ts';
import { readIfExists } from '../kit/files.ts';
import { identify, identitySchema, isAlive } from '../runtime/process/process-table.ts';

const holderSchema = identitySchema.extend({ command: z.string(), since: z.string() });
type Holder = z.infer<typeof holderSchema>;

/**
 * Holds the cluster's lock while `work` runs. A second command is told who holds it (E_LOCKED); a lock whose holder died is
 * taken over. The lock is made beside and hard-linked into place, so it is never seen half-written.
 */
export async function withLock<T>(lockFile: string, command: string, work: () => Promise<T>): Promise<T> {
  await mkdir(dirname(lockFile), { recursive: true });
  const own: Holder = { pid: process.pid, bornAt: (await identify(process.pid))?.bornAt ?? '', command, since: new Date().toISOString() };
  const beside = `${lockFile}.${process.pid}`;
  try {
    await writeFile(beside, JSON.stringify(own));
    await take(lockFile, beside);
  } finally {
    await rm(beside, { force: true });
  }
  try {
    return await work();
  } finally {
    await rm(lockFile, { force: true });
  }
}

async function take(lockFile: string, beside: string): Promise<void> {
  for (let attempt = 0; attempt < 5; attempt++) {
    try {
      await link(beside, lockFile);
      if (attempt === 0 || (await stillOwn(lockFile))) return;
      continue;
    } catch (cause) {
      if (systemCode(cause) !== 'EEXIST') throw cause;
    }
    const holder = await readHolder(lockFile);
    if (holder && (await isAlive(holder))) throw locked(holder);
    await rm(lockFile, { force: true });
  }
  throw new DatamancyError('E_LOCKED', 'other commands keep taking the lock of this cluster', {
    fix: 'wait until they are done, then run this again',
  });
}

/** Two commands may take over the same dead lock at once, and the later one removes the lock of the earlier: look again before it counts. */
async function stillOwn(lockFile: string): Promise<boolean> {
  await sleep(50);
  return (await readHolder(lockFile))?.pid === process.pid;
}

function locked({ pid, command, since }: Holder): DatamancyError {
  return new DatamancyError('E_LOCKED', `\`datamancy ${command}\` (process ${pid}, since ${since}) is changing this cluster`, {
    fix: `wait until it is done; if it hangs, end it with: kill ${pid}`,
  });
}

async function readHolder(lockFile: string): Promise<Holder | undefined> {
  const content = await readIfExists(lockFile);
  if (content === undefined) return undefined;
  try {
    return holderSchema.parse(JSON.parse(content));
  } catch {
    return undefined;
  }
}
