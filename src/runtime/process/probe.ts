import { spawn } from 'node:child_process';
import { get } from 'node:http';
import { connect } from 'node:net';
import { messageOf } from '../../kit/errors.ts';
import type { ProcessUnit } from '../../stack/process-unit.ts';
import { cleanText } from '../log-lines.ts';
import type { Launch } from './launch.ts';
import { signalProcess } from './process-table.ts';

/** Whether the unit answered, and what it said. */
export interface ProbeResult {
  readonly isHealthy: boolean;
  readonly output: string;
}

const longestOutput = 2000;

/** One look at a unit. Never throws: what goes wrong is the answer. */
export async function probe(
  how: ProcessUnit['health']['probe'],
  timeoutMs: number,
  launch: (argv: readonly string[]) => Promise<Launch>,
): Promise<ProbeResult> {
  switch (how.kind) {
    case 'http':
      return askHttp(how.url, timeoutMs);
    case 'tcp':
      return askPort(how.address, how.port, timeoutMs);
    case 'command':
      try {
        return await runCommand(await launch(how.argv), timeoutMs);
      } catch (cause) {
        return { isHealthy: false, output: messageOf(cause) };
      }
  }
}

async function askHttp(url: string, timeoutMs: number): Promise<ProbeResult> {
  return new Promise((resolve) => {
    const request = get(url, { agent: false, signal: AbortSignal.timeout(timeoutMs) }, (response) => {
      const { statusCode: status = 0 } = response;
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => void (chunks.length < 4 && chunks.push(chunk)));
      const end = (): void => {
        const body = status < 400 ? '' : `: ${cleanText(Buffer.concat(chunks).toString('utf8'), longestOutput)}`;
        resolve({ isHealthy: status < 400, output: status < 400 ? '' : `${url} answered ${status}${body}`.trim() });
      };
      response.on('end', end);
      response.on('error', end);
    });
    request.on('error', (cause) => resolve({ isHealthy: false, output: `${url}: ${withinTime(cause, timeoutMs)}` }));
  });
}

async function askPort(address: string, port: number, timeoutMs: number): Promise<ProbeResult> {
  return new Promise((resolve) => {
    const socket = connect({ host: address, port, timeout: timeoutMs });
    const done = (isHealthy: boolean, output: string): void => {
      socket.destroy();
      resolve({ isHealthy, output });
    };
    socket.once('connect', () => done(true, ''));
    socket.once('timeout', () => done(false, `${address}:${port} did not answer within ${timeoutMs} ms`));
    socket.once('error', (cause) => done(false, messageOf(cause)));
  });
}

async function runCommand({ file, args, env, cwd }: Launch, timeoutMs: number): Promise<ProbeResult> {
  return new Promise((resolve) => {
    const child = spawn(file, args, { env, cwd, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const hear = (chunk: Buffer): void => void (output.length < longestOutput && (output += chunk.toString('utf8')));
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    const words = (): string => cleanText(output, longestOutput).trim();
    const timer = setTimeout(() => {
      if (child.pid !== undefined) signalProcess(-child.pid, 'SIGKILL');
      resolve({ isHealthy: false, output: `it did not end within ${timeoutMs} ms: ${words()}` });
    }, timeoutMs);
    child.once('error', (cause) => end(false, messageOf(cause)));
    child.once('close', (status) => end(status === 0, words()));
    function end(isHealthy: boolean, said: string): void {
      clearTimeout(timer);
      resolve({ isHealthy, output: said });
    }
  });
}

function withinTime(cause: Error, timeoutMs: number): string {
  return cause.name === 'TimeoutError' || cause.name === 'AbortError' ? `no answer within ${timeoutMs} ms` : messageOf(cause);
}
