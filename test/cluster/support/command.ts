import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { until } from '../../../src/kit/clock.ts';
import type { RunOptions, RunResult } from '../../../src/kit/process.ts';
import { run, runOrFail } from '../../../src/kit/process.ts';

const program = fileURLToPath(new URL('../../../bin/datamancy', import.meta.url));
const plain = { NO_COLOR: '1', FORCE_COLOR: undefined };

/** Runs the program as a person does, in that cluster folder. */
export async function datamancy(folder: string, args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  return run([program, ...args], { ...options, cwd: folder, env: { ...plain, ...options.env } });
}

/** The same, where anything but success is a failure of the test, shown with all that was printed. */
export async function succeed(folder: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  const { status, stdout, stderr } = await datamancy(folder, args, options);
  expect({ command: args.join(' '), status, printed: status === 0 ? '' : `${stdout}\n${stderr}` }).toEqual({
    command: args.join(' '),
    status: 0,
    printed: '',
  });
  return stdout;
}

/** Starts the program and does not wait, so that something can happen to it. */
export function begin(folder: string, args: readonly string[]): { readonly child: ChildProcess; readonly ended: Promise<Ended> } {
  const child = spawn(program, [...args], { cwd: folder, env: { ...process.env, ...plain }, stdio: ['ignore', 'pipe', 'pipe'] });
  const printed: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => printed.push(chunk.toString()));
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status, signal) => resolve({ status, signal, printed: printed.join('') }));
  });
  return { child, ended };
}

export interface Ended {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly printed: string;
}

export async function docker(...args: readonly string[]): Promise<string> {
  return runOrFail(['docker', ...args], { fix: 'look at the engine' });
}

/** Waits until it holds; the failure shows what was seen last. */
export async function eventually(what: string, look: () => Promise<boolean | string>, withinMs = 60_000): Promise<void> {
  await until(
    what,
    async () => {
      const seen = await look();
      return seen === true ? { done: true } : { seen: String(seen) };
    },
    { everyMs: 150, withinMs },
  );
}
