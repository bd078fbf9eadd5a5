import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { sleep } from '../../kit/clock.ts';
import { DatamancyError, systemCode } from '../../kit/errors.ts';
import { readIfExists } from '../../kit/files.ts';
import type { RuntimeEvent, Unit } from '../runtime.ts';
import type { Places } from './places.ts';
import type { Reply, Request } from './protocol.ts';
import { withSocketPath } from './protocol.ts';

export interface SupervisorProgram {
  /** The bundled program, which Node runs. */
  readonly path: string;
  /** Its only argument besides the version: the state directory. */
  readonly state: string;
}

/** Speaks to the supervisor of one cluster. */
export interface SupervisorClient {
  /** Asks where there is a supervisor; undefined where there is none. */
  readonly ask: (request: Request, signal: AbortSignal) => Promise<readonly Unit[] | undefined>;
  /** Asks, and starts the supervisor first where there is none, or one of another version. */
  readonly demand: (request: Request, signal: AbortSignal) => Promise<readonly Unit[]>;
  /** Events until the signal is aborted, also of the supervisors that come after. */
  readonly events: (onEvent: (event: RuntimeEvent) => void, signal: AbortSignal) => Promise<void>;
  /** Ends the supervisor and waits until it is gone. */
  readonly dismiss: (signal: AbortSignal) => Promise<void>;
}

const startWithinMs = 15_000;

export function supervisorClient(places: Places, program: SupervisorProgram): SupervisorClient {
  async function ask(request: Request, signal: AbortSignal): Promise<readonly Unit[] | undefined> {
    return (await askOnce(places, request, signal))?.units;
  }

  async function demand(request: Request, signal: AbortSignal): Promise<readonly Unit[]> {
    const version = createHash('sha256')
      .update(await readFile(program.path))
      .digest('hex')
      .slice(0, 12);
    const began = Date.now();
    while (Date.now() - began < startWithinMs) {
      signal.throwIfAborted();
      const greeting = await askOnce(places, { kind: 'observe' }, signal);
      if (greeting && greeting.version !== version) await askOnce(places, { kind: 'leave' }, signal);
      else if (greeting) {
        const answer = await askOnce(places, request, signal);
        if (answer) return answer.units;
      } else await startSupervisor(places, program, version);
      await sleep(50, signal);
    }
    const words = (await readIfExists(places.supervisorLog))?.trim().split('\n').slice(-3).join('\n') ?? 'it said nothing';
    throw new DatamancyError('E_ENGINE_UNREACHABLE', `the supervisor of this cluster does not start: ${words}`, {
      fix: `read ${places.supervisorLog}, then run this again`,
    });
  }

  async function dismiss(signal: AbortSignal): Promise<void> {
    await askOnce(places, { kind: 'leave' }, signal);
    const began = Date.now();
    while (Date.now() - began < startWithinMs && (await open(places))) await sleep(20, signal);
  }

  async function events(onEvent: (event: RuntimeEvent) => void, signal: AbortSignal): Promise<void> {
    let since = new Date().toISOString();
    let atThatMoment = new Set<string>();
    const take = (event: RuntimeEvent): void => {
      if (event.at > since) atThatMoment = new Set();
      since = event.at > since ? event.at : since;
      const key = JSON.stringify(event);
      if (!atThatMoment.has(key)) onEvent(event);
      atThatMoment.add(key);
    };
    while (!signal.aborted) {
      const socket = await open(places);
      if (socket) await listen(socket, since, take, signal);
      await sleep(100, signal).catch(() => undefined);
    }
  }

  return { ask, demand, events, dismiss };
}

/** What JSON leaves out where it is not known. */
const absent = { startedAt: undefined, exit: undefined, healthOutput: undefined, enforced: undefined };

/** A supervisor may be killed in the middle of an answer; that ends the connection like any other end. */
async function untilClosed(socket: Socket): Promise<void> {
  await new Promise<void>((resolve) => {
    socket.on('error', () => socket.destroy());
    if (socket.closed) resolve();
    else socket.once('close', () => resolve());
  });
}

/** Undefined where no supervisor answers, or where it went before it did. */
async function askOnce(places: Places, request: Request, signal: AbortSignal): Promise<Extract<Reply, { kind: 'done' }> | undefined> {
  const socket = await open(places);
  if (!socket) return undefined;
  const abort = (): void => void socket.destroy();
  signal.addEventListener('abort', abort, { once: true });
  try {
    socket.write(`${JSON.stringify(request)}\n`);
    const chunks: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    await untilClosed(socket);
    signal.throwIfAborted();
    const text = Buffer.concat(chunks).toString('utf8');
    if (!text.endsWith('\n')) return undefined;
    const reply = JSON.parse(text) as Reply;
    if (reply.kind === 'done') return { ...reply, units: reply.units.map((unit) => ({ ...absent, ...unit })) };
    const words = reply.kind === 'failed' ? reply.message : 'an answer that is none';
    throw new DatamancyError('E_ENGINE_FAILED', `the supervisor could not ${request.kind}: ${words}`, {
      fix: 'correct what it names, then run "datamancy up" again',
    });
  } finally {
    signal.removeEventListener('abort', abort);
    socket.destroy();
  }
}

async function listen(socket: Socket, since: string, onEvent: (event: RuntimeEvent) => void, signal: AbortSignal): Promise<void> {
  const abort = (): void => void socket.destroy();
  signal.addEventListener('abort', abort, { once: true });
  socket.write(`${JSON.stringify({ kind: 'events', since } satisfies Request)}\n`);
  createInterface(socket).on('line', (line) => {
    const reply = JSON.parse(line) as Reply;
    if (reply.kind === 'event' && !signal.aborted) onEvent(reply.event);
  });
  if (signal.aborted) socket.destroy();
  await untilClosed(socket);
  signal.removeEventListener('abort', abort);
}

async function open({ control }: Places): Promise<Socket | undefined> {
  try {
    return await withSocketPath(
      control,
      async (path) =>
        new Promise<Socket>((resolve, reject) => {
          const socket = connect(path);
          socket.once('connect', () => resolve(socket));
          socket.once('error', reject);
        }),
    );
  } catch (cause) {
    if (['ENOENT', 'ECONNREFUSED', 'ECONNRESET'].includes(systemCode(cause) ?? '')) return undefined;
    if (systemCode(cause) !== 'EACCES') throw cause;
    throw new DatamancyError('E_ENGINE_UNREACHABLE', 'this cluster is run by another user, who alone may speak to its supervisor', {
      fix: 'run this as the user who ran "datamancy up", for instance with sudo',
      cause,
    });
  }
}

/** Under the lock, which the kernel frees when its holder ends in whatever way; a second one ends at once. */
async function startSupervisor(places: Places, { path, state }: SupervisorProgram, version: string): Promise<void> {
  await mkdir(places.control, { recursive: true, mode: 0o700 });
  const log = openSync(places.supervisorLog, 'a', 0o600);
  try {
    const locked = ['--nonblock', '--no-fork', '--conflict-exit-code', '75', places.lock];
    const { PATH, TZ } = process.env;
    const env = { ...(PATH === undefined ? {} : { PATH }), ...(TZ === undefined ? {} : { TZ }) };
    const child = spawn('flock', [...locked, process.execPath, path, state, version], {
      cwd: '/',
      env,
      detached: true,
      stdio: ['ignore', log, log],
    });
    await once(child, 'spawn');
    child.unref();
  } finally {
    closeSync(log);
  }
}
