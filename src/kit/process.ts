import { constants } from 'node:os';
import { DatamancyError } from './errors.ts';

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly input?: string;
  readonly signal?: AbortSignal;
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

/** Runs one program without a shell. A failing exit status is a value here; see {@link runOrFail} to throw. */
export async function run(argv: readonly [string, ...string[]], options: RunOptions = {}): Promise<RunResult> {
  const { execa } = await import('execa');
  const [file, ...args] = argv;
  const child = execa(file, args, {
    reject: false,
    stdin: options.input === undefined ? 'ignore' : 'pipe',
    ...(options.input === undefined ? {} : { input: options.input }),
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    ...(options.env === undefined ? {} : { env: options.env }),
    ...(options.signal === undefined ? {} : { cancelSignal: options.signal }),
    ...(options.timeoutMs === undefined ? {} : { timeout: options.timeoutMs }),
    all: true,
  });
  if (options.onLine) for await (const line of child.iterable({ from: 'all' })) options.onLine(line);
  const result = await child;
  return { status: statusOf(result), stdout: result.stdout, stderr: result.stderr };
}

function statusOf(result: {
  readonly exitCode?: number | undefined;
  readonly timedOut: boolean;
  readonly code?: string | undefined;
  readonly signal?: NodeJS.Signals | undefined;
}): number {
  if (result.timedOut) return 124;
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
