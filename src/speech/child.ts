import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { PassThrough, Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { messageOf, systemCode } from '../kit/errors.ts';
import { safeText } from '../kit/log.ts';
import { BackendFailure } from './failure.ts';

const mostWords = 2000;

/** A program that ended with a status of its own, which may be the fault of what it was given; `words` are its last. */
export class ChildFailed extends BackendFailure {
  readonly status: number;
  readonly words: string;

  constructor(program: string, status: number, words: string) {
    super('failed', `${program} ended with status ${status}: ${safeText(words, 300)}`);
    this.status = status;
    this.words = words;
  }
}

/**
 * What a program prints, as it prints it. The stream fails where the program does, so nothing that was cut off looks whole. When the stream
 * is destroyed or the signal aborted, the program is killed with all its children. It sees no environment of ours.
 */
export function outputOf([program, ...args]: readonly [string, ...string[]], input: Readable | string, signal: AbortSignal): Readable {
  signal.throwIfAborted();
  const env = { PATH: process.env['PATH'] ?? '', LANG: 'C.UTF-8' };
  const child = spawn(program, args, { detached: true, env, stdio: ['pipe', 'pipe', 'pipe'] });
  const kill = (): void => killGroup(child);
  signal.addEventListener('abort', kill, { once: true });
  const output = new PassThrough();
  output.once('close', () => {
    signal.removeEventListener('abort', kill);
    kill();
    if (input instanceof Readable) input.destroy();
  });
  const all = [feed(input, child.stdin, kill), ended(program, child, signal), pipeline(child.stdout, output, { end: false })];
  firstFailure(all).then(
    () => output.end(),
    (cause: unknown) => output.destroy(cause instanceof Error ? cause : new Error(messageOf(cause))),
  );
  return output;
}

/** Waits for all, because a failure of one ends the others; what is told is what comes first in the list. */
async function firstFailure(all: readonly Promise<void>[]): Promise<void> {
  for (const result of await Promise.allSettled(all)) if (result.status === 'rejected') throw result.reason as Error;
}

async function ended(program: string, child: ChildProcessWithoutNullStreams, signal: AbortSignal): Promise<void> {
  let words = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    words = `${words}${text}`.slice(-mostWords);
  });
  await new Promise<void>((resolve, reject) => {
    child.once('error', (cause) => reject(new BackendFailure('away', `${program} cannot be started: ${messageOf(cause)}`, cause)));
    child.once('close', (status, killedBy) => {
      if (signal.aborted) reject(signal.reason as Error);
      else if (status === 0) resolve();
      else if (status === null) reject(new BackendFailure('failed', `${program} was ended by ${killedBy ?? 'a signal'}`));
      else reject(new ChildFailed(program, status, words.trim()));
    });
  });
}

function killGroup({ pid, exitCode, signalCode }: ChildProcessWithoutNullStreams): void {
  if (pid === undefined || exitCode !== null || signalCode !== null) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (cause) {
    if (systemCode(cause) !== 'ESRCH') throw cause;
  }
}

/** A program may stop reading when it has enough; a source that fails is a failure, and ends the program. */
async function feed(input: Readable | string, stdin: Writable, kill: () => void): Promise<void> {
  try {
    await pipeline(typeof input === 'string' ? Readable.from([input]) : input, stdin);
  } catch (cause) {
    const isOfStdin = cause instanceof Error && 'syscall' in cause && cause.syscall === 'write';
    if (isOfStdin || systemCode(cause) === 'ERR_STREAM_PREMATURE_CLOSE') return;
    kill();
    throw cause;
  }
}
