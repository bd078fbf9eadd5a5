import { appendFileSync } from 'node:fs';
import { chmod, mkdir, rm } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { messageOf } from '../../kit/errors.ts';
import type { RuntimeEvent, Unit } from '../runtime.ts';
import { rotateLog } from './log-file.ts';
import type { Places } from './places.ts';
import { unitPlaces } from './places.ts';
import { isAlive, markedProcesses, signalProcess } from './process-table.ts';
import type { Reply, Request } from './protocol.ts';
import { requestSchema, withSocketPath } from './protocol.ts';
import { readRecords } from './record.ts';
import type { SupervisedUnit } from './supervised-unit.ts';
import { superviseUnit } from './supervised-unit.ts';

const rotateEveryMs = 5000;
/** Events that are kept for whoever could not listen yet, because there was no supervisor to listen to. */
const remembered = 500;
/** Without units there is nothing to supervise. */
const idleMs = 10_000;

/**
 * Keeps the units of one cluster running until the signal is aborted, and does what commands ask over its socket. The caller
 * holds the lock, so that there is one for a cluster. Units do not end with it: the next one takes them over.
 */
export async function supervise(places: Places, version: string, signal: AbortSignal): Promise<void> {
  const units = new Map<string, SupervisedUnit>();
  const watchers = new Set<Socket>();
  const going = new AbortController();
  const complain = (words: string): void => appendFileSync(places.supervisorLog, `${new Date().toISOString()} ${words}\n`);
  const history: RuntimeEvent[] = [];
  const tell = (event: RuntimeEvent): void => {
    history.push(event);
    if (history.length > remembered) history.shift();
    for (const watcher of watchers) send(watcher, { kind: 'event', event });
  };

  await mkdir(places.control, { recursive: true, mode: 0o700 });
  await adoptAll();
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.on('close', () => watchers.delete(socket));
    createInterface(socket).once('line', (line) => {
      answer(socket, line).catch((cause: unknown) => send(socket, { kind: 'failed', message: messageOf(cause) }, true));
    });
  });
  await rm(join(places.control, 'socket'), { force: true });
  await withSocketPath(places.control, async (path) => {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(path, resolve);
    });
  });
  await chmod(join(places.control, 'socket'), 0o600);
  const rotating = setInterval(() => void rotateAll(), rotateEveryMs);
  let idleSince = Date.now();
  const idling = setInterval(() => {
    if (units.size > 0 || watchers.size > 0) idleSince = Date.now();
    else if (Date.now() - idleSince > idleMs) going.abort();
  }, 1000);

  await new Promise<void>((resolve) => {
    for (const end of [signal, going.signal]) {
      if (end.aborted) resolve();
      else end.addEventListener('abort', () => resolve(), { once: true });
    }
  });
  clearInterval(rotating);
  clearInterval(idling);
  for (const unit of units.values()) unit.leave();
  await rm(join(places.control, 'socket'), { force: true });
  server.close();

  function supervised(record: Parameters<typeof superviseUnit>[0]): SupervisedUnit {
    const unit = units.get(record.service) ?? superviseUnit(record, { places, tell, complain });
    units.set(record.service, unit);
    return unit;
  }

  /** Where every unit is dead the machine was started anew: they are left to the next `up`, which knows their order. */
  async function adoptAll(): Promise<void> {
    const records = await readRecords(places);
    const alive = new Set<string>();
    for (const { service, process: main } of records) if (main && (await isAlive(main))) alive.add(unitPlaces(places, service).home);
    for (const { mark, pid } of await markedProcesses()) {
      if (mark.startsWith(`${places.root}/`) && !alive.has(mark)) signalProcess(pid, 'SIGKILL');
    }
    await Promise.all(records.map(async (record) => (alive.size > 0 ? supervised(record).adopt() : void supervised(record))));
  }

  async function answer(socket: Socket, line: string): Promise<void> {
    const request = requestSchema.parse(JSON.parse(line));
    if (request.kind === 'events') {
      for (const event of history.filter(({ at }) => at >= request.since)) send(socket, { kind: 'event', event });
      watchers.add(socket);
    }
    await carryOut(request);
    send(socket, { kind: 'done', units: views(), version }, request.kind !== 'events');
    if (request.kind === 'leave') going.abort();
  }

  async function carryOut(request: Request): Promise<void> {
    switch (request.kind) {
      case 'observe':
      case 'events':
      case 'leave':
        return;
      case 'start':
        return supervised(request.record).start(request.record);
      case 'stop':
        return units.get(request.service)?.stop();
      case 'restart':
        return units.get(request.service)?.restart();
      case 'remove':
        await units.get(request.service)?.remove();
        units.delete(request.service);
    }
  }

  function views(): readonly Unit[] {
    return [...units.values()].map((unit) => unit.view());
  }

  async function rotateAll(): Promise<void> {
    for (const service of units.keys())
      await rotateLog(unitPlaces(places, service).log).catch((cause: unknown) => complain(messageOf(cause)));
  }
}

function send(socket: Socket, reply: Reply, isLast = false): void {
  if (!socket.writable) return;
  const line = `${JSON.stringify(reply)}\n`;
  if (isLast) socket.end(line);
  else socket.write(line);
}
