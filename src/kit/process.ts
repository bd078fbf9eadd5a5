import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { DatamancyError } from './errors.ts';

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly input?: string;
  /** Ends the program when it is aborted; beside a time limit also whatever it started, within a second. */
  readonly signal?: AbortSignal;
  /** Ends the program and whatever it started, and returns at most a second later, also where one of these got away with its output. */
  readonly timeoutMs?: number;
  /** Called with each line as it is printed, stdout and stderr together. */
  readonly onLine?: (line: string) => void;
}

export interface RunResult {
  /** Exit status; 127 where the program is not installed, 126 where it may not be run, 128 + n after signal n, 124 after a timeout. */
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** For what a program puts in order when it is told to end. */
const graceMs = 1000;

/** Runs one program without a shell. A failing exit status is a value here; see {@link runOrFail} to throw. */
export async function run(argv: readonly [string, ...string[]], options: RunOptions = {}): Promise<RunResult> {
  const { execa } = await import('execa');
  const [file, ...args] = argv;
  const { timeoutMs, signal } = options;
  const child = execa(file, args, {
    reject: false,
    stdin: options.input === undefined ? 'ignore' : 'pipe',
    ...(options.input === undefined ? {} : { input: options.input }),
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    ...(options.env === undefined ? {} : { env: options.env }),
    ...(signal === undefined || timeoutMs !== undefined ? {} : { cancelSignal: signal }),
    // At the head of a group of its own, which is ended as one, and by nobody but us.
    detached: timeoutMs !== undefined,
    all: true,
  });
  const group = timeoutMs === undefined ? undefined : holdGroup(child, timeoutMs, signal);
  try {
    if (options.onLine) for await (const line of child.iterable({ from: 'all' })) options.onLine(line);
    const result = await child;
    return { status: group?.isLate() ? 124 : statusOf(result), stdout: result.stdout, stderr: result.stderr };
  } finally {
    group?.letGo();
  }
}

type Child = Pick<ChildProcess, 'pid' | 'stdout' | 'stderr'>;

/** Ends the child's group as one: when its time is over, when the signal is aborted, and when this program ends. */
function holdGroup(
  child: Child,
  timeoutMs: number,
  signal: AbortSignal | undefined,
): { readonly isLate: () => boolean; readonly letGo: () => void } {
  let isLate = false;
  let isEnding = false;
  let timer = setTimeout(() => {
    isLate = true;
    end();
  }, timeoutMs);
  process.once('exit', endNow);
  signal?.addEventListener('abort', end, { once: true });
  if (signal?.aborted) end();
  return { isLate: () => isLate, letGo };

  function end(): void {
    if (isEnding) return;
    isEnding = true;
    clearTimeout(timer);
    signalGroup(child, 'SIGTERM');
    timer = setTimeout(() => {
      signalGroup(child, 'SIGKILL');
      child.stdout?.destroy();
      child.stderr?.destroy();
    }, graceMs);
  }

  /** Nothing can be waited for any more, so who was told already is not told again. */
  function endNow(): void {
    signalGroup(child, isEnding ? 'SIGKILL' : 'SIGTERM');
  }

  function letGo(): void {
    clearTimeout(timer);
    process.off('exit', endNow);
    signal?.removeEventListener('abort', end);
    if (isEnding) signalGroup(child, 'SIGKILL');
  }
}

function signalGroup({ pid }: Child, signal: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(-pid, signal);
  } catch {
    // Nobody is left in it, or nobody that this user may end.
  }
}

/** Starts a program that goes on after this one has ended; where it cannot be started, nothing happens. */
export function leaveRunning(argv: readonly [string, ...string[]]): void {
  const [file, ...args] = argv;
  const child = spawn(file, args, { detached: true, stdio: 'ignore' });
  child.on('error', () => undefined);
  child.unref();
}

function statusOf(result: {
  readonly exitCode?: number | undefined;
  readonly code?: string | undefined;
  readonly signal?: NodeJS.Signals | undefined;
}): number {
  if (result.code === 'ENOENT') return 127;
  if (result.code === 'EACCES') return 126;
  return result.exitCode ?? (result.signal === undefined ? 1 : 128 + constants.signals[result.signal]);
}

/** Runs one program and gives its stdout; throws E_COMMAND_FAILED with the last words of stderr. */
export async function runOrFail(argv: readonly [string, ...string[]], options: RunOptions & { readonly fix: string }): Promise<string> {
  const result = await run(argv, options);
  if (result.status === 0) return result.stdout;
  const words = (result.stderr || result.stdout).trim().split('\n').slice(-5).join('\n');
  throw new DatamancyError('E_COMMAND_FAILED', `${argv.slice(0, 3).join(' ')} ended with status ${result.status}: ${words}`, {
    fix: options.fix,
  });
}
