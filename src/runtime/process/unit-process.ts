import { spawn } from 'node:child_process';
import { closeSync, openSync, writeSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { constants } from 'node:os';
import { dirname } from 'node:path';
import { sleep } from '../../kit/clock.ts';
import { messageOf } from '../../kit/errors.ts';
import type { Launch } from './launch.ts';
import type { Identity } from './process-table.ts';
import { identify, isAlive, membersOf, signalProcess } from './process-table.ts';

/** The main process of a unit, started here or found running. */
export interface UnitProcess {
  readonly identity: Identity;
  /** Resolves when it has ended; the code is not known of one that another started. */
  readonly ended: Promise<{ readonly code: number | undefined }>;
}

const lookEveryMs = 250;
/** A killed process is listed until the kernel has taken it apart, which takes long only in a disk that hangs. */
const reapedWithinMs = 2000;

/** Starts it in a process group of its own, with both outputs going straight to the log file, so that it outlives whoever started it. */
export async function startProcess({ file, args, env, cwd }: Launch, log: string): Promise<UnitProcess> {
  await mkdir(dirname(log), { recursive: true });
  const descriptor = openSync(log, 'a', 0o600);
  try {
    const child = spawn(file, args, { env, cwd, detached: true, stdio: ['ignore', descriptor, descriptor] });
    const ended = new Promise<{ readonly code: number }>((resolve) => {
      child.once('error', (cause) => {
        note(log, messageOf(cause));
        resolve({ code: 127 });
      });
      child.once('exit', (code, signal) => resolve({ code: code ?? 128 + (signal === null ? 0 : constants.signals[signal]) }));
    });
    const { pid = 0 } = child;
    const identity = (pid === 0 ? undefined : await identify(pid)) ?? { pid, bornAt: '' };
    return { identity, ended };
  } finally {
    closeSync(descriptor);
  }
}

/** Takes over a process that an earlier supervisor started. */
export function adoptProcess(identity: Identity): UnitProcess {
  async function gone(): Promise<{ readonly code: undefined }> {
    while (await isAlive(identity)) await sleep(lookEveryMs);
    return { code: undefined };
  }
  return { identity, ended: gone() };
}

export interface EndOptions {
  readonly signal: NodeJS.Signals;
  readonly graceMs: number;
  /** Its user where no other unit has the same: all that runs as him is part of the unit. */
  readonly uid: number | undefined;
}

/** Asks it to end, waits, then ends it and everything it started. */
export async function endProcess({ identity, ended }: UnitProcess, { signal, graceMs, uid }: EndOptions): Promise<void> {
  const members = await membersOf(identity, uid);
  if (await isAlive(identity)) signalProcess(identity.pid, signal);
  const waiting = new AbortController();
  await Promise.race([ended, sleep(graceMs, waiting.signal).catch(() => undefined)]);
  waiting.abort();
  const left = new Set([...members, ...(await membersOf(identity, uid))]);
  for (const pid of left) if (pid !== identity.pid || (await isAlive(identity))) signalProcess(pid, 'SIGKILL');
  await ended;
  for (const until = Date.now() + reapedWithinMs; Date.now() < until; await sleep(10)) {
    if ((await Promise.all([...left].map(identify))).every((one) => one === undefined)) return;
  }
}

/** Ends what a process that is gone has left behind. */
export async function endLeftovers(identity: Identity, uid: number | undefined): Promise<void> {
  for (const member of await membersOf(identity, uid)) signalProcess(member, 'SIGKILL');
}

function note(log: string, words: string): void {
  const descriptor = openSync(log, 'a', 0o600);
  writeSync(descriptor, `${words}\n`);
  closeSync(descriptor);
}
