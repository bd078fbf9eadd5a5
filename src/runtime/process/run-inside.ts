import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import type { ExecResult } from '../runtime.ts';
import type { Launch } from './launch.ts';
import { signalProcess } from './process-table.ts';

const outputLimit = 8 * 1024 * 1024;

/** Runs a program and gives its status and output, at most 8 MiB of each stream. When the signal is aborted it is ended. */
export async function runInside({ file, args, env, cwd }: Launch, input: string | undefined, signal: AbortSignal): Promise<ExecResult> {
  signal.throwIfAborted();
  const child = spawn(file, args, { env, cwd, detached: true, stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'] });
  const stdout = collect(child.stdout);
  const stderr = collect(child.stderr);
  // A program may end without reading all of its input.
  child.stdin?.on('error', () => undefined);
  child.stdin?.end(input);
  const abort = (): void => {
    if (child.pid !== undefined) signalProcess(-child.pid, 'SIGKILL');
    // Whoever left the group may hold these open for as long as it likes.
    child.stdout?.destroy();
    child.stderr?.destroy();
  };
  signal.addEventListener('abort', abort, { once: true });
  try {
    const status = await new Promise<number>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code, name) => resolve(code ?? 128 + (name === null ? 0 : constants.signals[name])));
    });
    signal.throwIfAborted();
    return { status, stdout: stdout(), stderr: stderr() };
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

function collect(stream: NodeJS.ReadableStream | null): () => string {
  const parts: Buffer[] = [];
  let size = 0;
  stream?.on('data', (chunk: Buffer) => {
    const taken = chunk.subarray(0, outputLimit - size);
    size += taken.length;
    if (taken.length > 0) parts.push(taken);
  });
  return () => Buffer.concat(parts).toString('utf8');
}
