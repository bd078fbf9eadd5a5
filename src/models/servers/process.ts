import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../../kit/errors.ts';
import { safeText } from '../../kit/log.ts';
import { ask, wordsOf } from './ask.ts';
import type { ModelServer } from './server.ts';

export interface ProcessSettings {
  /** Program and arguments; `{port}` in any of them stands for the port at which it is to listen on 127.0.0.1. */
  readonly argv: readonly [string, ...string[]];
  readonly env: Readonly<Record<string, string>>;
  /** Path that answers 200 once the model can be used. */
  readonly health: string;
  /** For its health to answer when somebody looks. */
  readonly lookMs: number;
  /** What it has to end by itself after SIGTERM. */
  readonly stopMs: number;
  /** Variables by which a later router finds what this one left behind. */
  readonly mark: Readonly<Record<string, string>>;
}

interface Running {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly url: string;
  /** Its last words, both streams together. */
  readonly words: () => string;
  readonly ended: Promise<string>;
}

const pollMs = 100;
const lastWordsMs = 300;
/** Looks without an answer after which a program that has nothing to do hangs. One at work may be slow to say that it is well. */
const mostSilences = 3;

/**
 * A program of the owner's that is started when the model is asked for and ended for another, as llama-swap does it
 * (https://github.com/mostlygeek/llama-swap/blob/main/docs/configuration.md). It leads a process group of its own, and all of that ends.
 */
export function createProcessServer(settings: ProcessSettings): ModelServer {
  let running: Running | undefined;
  let isReady = false;
  let silences = 0;
  const end = async (): Promise<void> => {
    const ending = running;
    if (!ending) return;
    await endGroup(ending, settings.stopMs);
    if (running === ending) running = undefined;
  };
  return {
    url: () => running?.url ?? 'http://127.0.0.1:1',
    async observe(signal, isBusy) {
      if (!running) return 'out';
      if (!isReady) return 'in';
      const seen = running;
      const answer = await ask({ method: 'GET', url: `${seen.url}${settings.health}`, timeoutMs: settings.lookMs }, signal);
      if (running !== seen) return running ? 'in' : 'out';
      silences = answer.kind === 'answer' || isBusy() || signal.aborted ? 0 : silences + 1;
      if (silences < mostSilences) return 'in';
      await end();
      return 'out';
    },
    async load(signal) {
      if (running) return;
      const started = await start(settings);
      running = started;
      isReady = false;
      silences = 0;
      void started.ended.then(() => {
        // What it has started itself may live on, and holds the card's memory.
        signalGroup(started.pid, 'SIGKILL');
        if (running === started) running = undefined;
      });
      try {
        await untilHealthy(started, settings.health, signal);
        isReady = true;
      } catch (cause) {
        await end();
        throw cause;
      }
    },
    unload: end,
    close: end,
  };
}

async function start({ argv, env, mark }: ProcessSettings): Promise<Running> {
  const port = await freePort();
  const [program, ...args] = argv.map((argument) => argument.replaceAll('{port}', String(port)));
  const child = spawn(program ?? '', args, {
    detached: true,
    env: { ...process.env, PORT: String(port), ...env, ...mark },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let tail = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (tail = (tail + text).slice(-2_000)));
  }
  const words = (): string => safeText(tail.trim().split('\n').slice(-3).join(' | '), 300);
  const ended = new Promise<string>((resolve) => {
    child.once('error', (cause) => resolve(safeText(messageOf(cause), 300)));
    const tell = (): void => resolve(`it ended with ${child.signalCode ?? `status ${child.exitCode ?? 0}`}: ${words()}`);
    child.once('close', tell);
    // Somebody outside the group may hold its output open.
    child.once('exit', () => setTimeout(tell, lastWordsMs));
  });
  // A program that cannot be started has no number.
  if (child.pid === undefined) throw new Error(await ended);
  return { child, pid: child.pid, url: `http://127.0.0.1:${port}`, words, ended };
}

async function untilHealthy({ url, ended, words }: Running, health: string, signal: AbortSignal): Promise<void> {
  const gone = ended.then((reason) => ({ reason }));
  let last = 'nothing yet';
  while (!signal.aborted) {
    const answer = await ask({ method: 'GET', url: `${url}${health}`, timeoutMs: 2_000 }, signal);
    if (answer.kind === 'answer' && answer.status === 200) return;
    last = wordsOf(answer);
    const end = await Promise.race([gone, sleep(pollMs)]);
    if (end) throw new Error(end.reason);
  }
  throw new Error(`it was not ready in time; last answer: ${last}; last words: ${words()}`);
}

/** SIGTERM for all of it, time to end, then SIGKILL for whatever is left of the group, its children too. */
async function endGroup({ child, pid, ended }: Running, stopMs: number): Promise<void> {
  signalGroup(pid, 'SIGTERM');
  await Promise.race([exited(child), sleep(stopMs)]);
  signalGroup(pid, 'SIGKILL');
  await ended;
}

async function exited(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
}

function signalGroup(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(-pid, name);
  } catch {
    // The group has no member left, which is what was wanted.
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
