import { connect, type Socket } from 'node:net';
import * as z from 'zod';
import { messageOf } from '../kit/errors.ts';
import { BackendFailure } from './failure.ts';

/** One event of the Wyoming protocol (https://github.com/rhasspy/wyoming#format). */
export interface WyomingEvent {
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly payload: Buffer;
}

/** Piper's list of voices is the largest that servers say. */
const mostBytes = 4 * 1024 * 1024;
const connectMs = 4000;
const length = z.number().int().min(0).max(mostBytes).nullish();
const headerSchema = z.object({
  type: z.string().max(100),
  data: z.record(z.string(), z.unknown()).nullish(),
  data_length: length,
  payload_length: length,
});

export function writeEvent(type: string, data: object = {}, payload: Uint8Array = Buffer.alloc(0)): Buffer {
  const body = Buffer.from(JSON.stringify(data));
  const header = { type, version: '1.5.0', data_length: body.length, ...(payload.length > 0 ? { payload_length: payload.length } : {}) };
  return Buffer.concat([Buffer.from(`${JSON.stringify(header)}\n`), body, payload]);
}

/** The events of a stream until it ends. Throws a BackendFailure for anything that is no event, is too large, or is cut off. */
export async function* readEvents(source: AsyncIterable<Uint8Array>): AsyncGenerator<WyomingEvent> {
  const chunks = source[Symbol.asyncIterator]();
  let held: Buffer = Buffer.alloc(0);
  const more = async (): Promise<boolean> => {
    const next = await chunks.next();
    if (next.done === true) return false;
    held = Buffer.concat([held, next.value]);
    return true;
  };
  const take = async (bytes: number): Promise<Buffer> => {
    while (held.length < bytes) if (!(await more())) throw broken('an event was cut off');
    const taken = held.subarray(0, bytes);
    held = held.subarray(bytes);
    return taken;
  };
  try {
    for (;;) {
      while (!held.includes(10)) {
        if (held.length > mostBytes) throw broken('a line has no end');
        if (await more()) continue;
        if (held.length > 0) throw broken('an event was cut off');
        return;
      }
      const header = parse(headerSchema, (await take(held.indexOf(10) + 1)).toString('utf8'));
      const data = header.data_length ? parse(z.record(z.string(), z.unknown()), (await take(header.data_length)).toString('utf8')) : {};
      yield { type: header.type, data: { ...header.data, ...data }, payload: await take(header.payload_length ?? 0) };
    }
  } finally {
    await chunks.return?.();
  }
}

function parse<T>(schema: z.ZodType<T>, text: string): T {
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    throw broken('what it said is no event', cause);
  }
}

function broken(what: string, cause?: unknown): BackendFailure {
  return new BackendFailure('failed', `the Wyoming server broke off: ${what}`, cause);
}

/** A connection that is destroyed when the signal is aborted. */
export async function connectTo({ host, port }: { readonly host: string; readonly port: number }, signal: AbortSignal): Promise<Socket> {
  signal.throwIfAborted();
  const socket = connect({ host, port });
  const abort = (): void => void socket.destroy(signal.reason as Error);
  signal.addEventListener('abort', abort, { once: true });
  socket.once('close', () => signal.removeEventListener('abort', abort));
  const tooSlow = setTimeout(() => socket.destroy(new Error(`no connection within ${connectMs} ms`)), connectMs);
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('error', reject);
    });
    return socket;
  } catch (cause) {
    signal.throwIfAborted();
    throw new BackendFailure('away', `${host}:${port} does not answer: ${messageOf(cause)}`, cause);
  } finally {
    clearTimeout(tooSlow);
  }
}
