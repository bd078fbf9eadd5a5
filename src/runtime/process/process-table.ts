import { readdir, readFile, stat } from 'node:fs/promises';
import * as z from 'zod';
import { systemCode } from '../../kit/errors.ts';

/** A process id alone may have been given to another program since; the moment of its birth tells them apart. */
export const identitySchema = z.object({ pid: z.number().int(), bornAt: z.string() });
export type Identity = z.infer<typeof identitySchema>;

interface Row {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  readonly bornAt: string;
  readonly isDead: boolean;
}

/** Variable that every unit carries in its environment, so that it is found again where nothing else tells of it. */
export const unitMark = 'DATAMANCY_UNIT';

async function rowOf(pid: number): Promise<Row | undefined> {
  const text = await readUnlessGone(`/proc/${pid}/stat`);
  // Fields by https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html; the name before them may hold anything.
  const fields = text?.slice(text.lastIndexOf(')') + 2).split(' ');
  if (!fields) return undefined;
  const [state = '', parent, group] = fields;
  return { pid, parent: Number(parent), group: Number(group), bornAt: fields[19] ?? '', isDead: state === 'Z' || state === 'X' };
}

export async function identify(pid: number): Promise<Identity | undefined> {
  const row = await rowOf(pid);
  return row && !row.isDead ? { pid, bornAt: row.bornAt } : undefined;
}

export async function isAlive({ pid, bornAt }: Identity): Promise<boolean> {
  return (await identify(pid))?.bornAt === bornAt;
}

/** Every process of a unit: its main process, that one's group and offspring, and whatever else runs as its user. */
export async function membersOf({ pid: leader, bornAt }: Identity, uid: number | undefined): Promise<readonly number[]> {
  const rows = await allRows();
  const holder = rows.find(({ pid }) => pid === leader);
  const isReused = holder !== undefined && holder.bornAt !== bornAt;
  const members = new Set<number>();
  // Kernel threads have group 0, and everything comes from process 1.
  if (leader > 1 && !isReused) {
    for (let before = -1; before < members.size; ) {
      before = members.size;
      for (const { pid, parent, group } of rows) if (pid === leader || group === leader || members.has(parent)) members.add(pid);
    }
  }
  if (uid !== undefined && uid !== 0) for (const { pid } of rows) if ((await ownerOf(pid)) === uid) members.add(pid);
  return rows.filter(({ pid, isDead }) => members.has(pid) && !isDead).map(({ pid }) => pid);
}

/** Processes that carry the mark, with its value. */
export async function markedProcesses(): Promise<readonly { readonly mark: string; readonly pid: number }[]> {
  const found = await Promise.all(
    (await allRows()).map(async ({ pid }) => {
      const environment = await readUnlessGone(`/proc/${pid}/environ`);
      const mark = environment?.split('\0').find((entry) => entry.startsWith(`${unitMark}=`));
      return mark === undefined ? [] : [{ mark: mark.slice(unitMark.length + 1), pid }];
    }),
  );
  return found.flat();
}

async function allRows(): Promise<readonly Row[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  return (await Promise.all(pids.map(rowOf))).filter((row) => row !== undefined);
}

/** Sends a signal to a process, or to a group where negative; what is gone already is no failure. */
export function signalProcess(pid: number, signal: NodeJS.Signals): void {
  // 0 and -1 would be everybody.
  if (Math.abs(pid) <= 1) return;
  try {
    process.kill(pid, signal);
  } catch (cause) {
    if (systemCode(cause) !== 'ESRCH') throw cause;
  }
}

async function ownerOf(pid: number): Promise<number | undefined> {
  try {
    return (await stat(`/proc/${pid}`)).uid;
  } catch (cause) {
    if (isGone(cause)) return undefined;
    throw cause;
  }
}

async function readUnlessGone(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    if (isGone(cause)) return undefined;
    throw cause;
  }
}

/** Other users' processes may not be looked at, which is as good as not there. */
function isGone(cause: unknown): boolean {
  return ['ENOENT', 'ESRCH', 'EACCES', 'EPERM'].includes(systemCode(cause) ?? '');
}
