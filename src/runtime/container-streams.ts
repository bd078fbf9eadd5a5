import { finished } from 'node:stream/promises';
import { DatamancyError } from '../kit/errors.ts';
import { sleep } from '../kit/clock.ts';
import type { Corner } from './containers.ts';
import { containerOf, listContainers } from './containers.ts';
import { ask, engineError, isConnectionFailure, openStream } from './engine-client.ts';
import { demultiplex, splitLines } from './log-lines.ts';

const logWithinMs = 10_000;

/** The last lines of a unit. A log driver that hangs or cannot be read is E_ENGINE_FAILED after 10 s unless some lines came. */
export async function readLog(corner: Corner, service: string, tail: number, signal: AbortSignal): Promise<readonly string[]> {
  const { id } = await containerOf(corner, service, signal);
  const limit = AbortSignal.timeout(logWithinMs);
  const lines: string[] = [];
  const keep = (line: string): void => {
    lines.push(line);
    if (lines.length > tail) lines.shift();
  };
  try {
    await pumpLog(corner, id, { tail }, keep, AbortSignal.any([signal, limit]));
  } catch (cause) {
    if (!limit.aborted || signal.aborted) throw engineError(cause, `reading the log of ${service}`, signal);
    if (lines.length === 0) {
      throw new DatamancyError('E_ENGINE_FAILED', `the log of ${service} could not be read within ${logWithinMs / 1000} s`, {
        fix: 'look at the engine and its log driver',
        cause,
      });
    }
  }
  return lines;
}

/** New lines of one service across restarts and replacements, until the signal is aborted. */
export async function followLog(corner: Corner, service: string, onLine: (line: string) => void, signal: AbortSignal): Promise<void> {
  let last = new Date().toISOString();
  const take = (stamped: string): void => {
    const [, at = '', line = ''] = /^(\S+) ?(.*)$/s.exec(stamped) ?? [];
    if (at <= last) return;
    last = at;
    onLine(line);
  };
  while (!signal.aborted) {
    try {
      const [container] = await listContainers(corner, service, signal);
      if (container) await pumpLog(corner, container.Id, { follow: true, timestamps: true, since: unixTime(last) }, take, signal);
      await sleep(500, signal);
    } catch (cause) {
      if (signal.aborted) return;
      if (!isConnectionFailure(cause)) throw engineError(cause, `following the log of ${service}`, signal);
    }
  }
}

/** The engine takes a point in time as seconds with nine decimals, and gives it as RFC 3339 with as many. */
function unixTime(stamp: string): string {
  const [whole = '', fraction = ''] = stamp.replace('Z', '').split('.');
  return `${Date.parse(`${whole}Z`) / 1000}.${fraction.padEnd(9, '0')}`;
}

/** Each stream keeps its own unfinished line, so that what two streams write at once is not mixed. */
async function pumpLog(
  { client }: Corner,
  id: string,
  query: Readonly<Record<string, string | number | boolean>>,
  onLine: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const stream = await openStream(client, `/containers/${id}/logs`, { stdout: true, stderr: true, ...query }, signal);
  const splitters = { stdout: splitLines(onLine), stderr: splitLines(onLine) };
  stream.on(
    'data',
    demultiplex((name, payload) => splitters[name].push(payload)),
  );
  try {
    await finished(stream, { signal });
  } finally {
    stream.destroy();
    splitters.stdout.end();
    splitters.stderr.end();
  }
}

const outputLimit = 8 * 1024 * 1024;

export interface ExecInput {
  readonly argv: readonly [string, ...string[]];
  readonly input?: string | undefined;
  readonly user?: string | undefined;
}

/**
 * Runs a program inside the unit and gives its status and output, at most 8 MiB of each stream. When the signal is aborted
 * the wait ends and its input and output are closed; the engine offers no way to end the program itself.
 */
export async function execInside(
  corner: Corner,
  service: string,
  { argv, input, user }: ExecInput,
  signal: AbortSignal,
): Promise<{ readonly status: number; readonly stdout: string; readonly stderr: string }> {
  const container = await containerOf(corner, service, signal);
  const withInput = input !== undefined;
  try {
    const exec = await container.exec({
      Cmd: [...argv],
      AttachStdin: withInput,
      AttachStdout: true,
      AttachStderr: true,
      ...(user === undefined ? {} : { User: user }),
      abortSignal: signal,
    });
    const stream = await exec.start(withInput ? { hijack: true, stdin: true } : {});
    const output = { stdout: collector(), stderr: collector() };
    stream.on(
      'data',
      demultiplex((name, payload) => output[name].push(payload)),
    );
    if (withInput) stream.end(input);
    try {
      await finished(stream, { signal, writable: false });
    } finally {
      stream.destroy();
    }
    const status = await exitStatus(async () => exec.inspect(), signal);
    return { status, stdout: output.stdout.text(), stderr: output.stderr.text() };
  } catch (cause) {
    throw engineError(cause, `running ${argv[0]} in ${service}`, signal);
  }
}

/** The stream may end a moment before the engine knows the status. */
async function exitStatus(
  inspect: () => Promise<{ readonly Running: boolean; readonly ExitCode: number | null }>,
  signal: AbortSignal,
): Promise<number> {
  for (let attempt = 0; attempt < 50; attempt++) {
    const { Running, ExitCode } = await ask('asking for an exit status', inspect, signal);
    if (!Running && ExitCode !== null) return ExitCode;
    await sleep(20 * (attempt + 1), signal);
  }
  throw new Error('its output ended and it still runs');
}

function collector(): { readonly push: (bytes: Uint8Array) => void; readonly text: () => string } {
  const parts: Uint8Array[] = [];
  let size = 0;
  return {
    push: (bytes) => {
      const taken = bytes.subarray(0, outputLimit - size);
      size += taken.length;
      if (taken.length > 0) parts.push(Uint8Array.from(taken));
    },
    text: () => Buffer.concat(parts).toString('utf8'),
  };
}
