import * as z from 'zod';
import { messageOf, systemCode } from '../kit/errors.ts';
import { type Container, containerSchema, type Listed, listSchema } from './container.ts';
import { within } from '../kit/time-limit.ts';

/** What is asked of an engine, each question with an end in time. A failure says in a sentence what was met instead of an answer. */
export interface Engine {
  /** Every container, running or not. */
  list(signal: AbortSignal): Promise<readonly Listed[]>;
  /** Undefined where it is gone. */
  inspect(id: string, signal: AbortSignal): Promise<Container | undefined>;
  /** Tells of every container in which the kernel ends a process for memory, those of the last ten minutes first; returns after a while. */
  followKills(listener: KillListener, signal: AbortSignal): Promise<void>;
}

interface KillListener {
  /** The engine has begun to answer. */
  opened(): void;
  /** `at` in seconds since 1970. The same one may be told again. */
  killed(id: string, at: number): void;
}

interface TimeLimits {
  /** For one answer to be there whole. */
  readonly callMs: number;
  /** For one stream of events, after which the next is asked for: so a connection that died without a word is found out. */
  readonly streamMs: number;
}

const usualLimits: TimeLimits = { callMs: 3000, streamMs: 240_000 };
const mostListBytes = 16 * 1024 ** 2;
const mostContainerBytes = 4 * 1024 ** 2;
const longestEvent = 64 * 1024;
const replayedSeconds = 600;
const killSchema = z.object({ Actor: z.object({ ID: z.string() }), timeNano: z.number() });

/** An engine, or the proxy of one, that speaks the engine's API over HTTP (https://docs.docker.com/reference/api/engine/). */
export function createEngine(address: URL, { callMs, streamMs }: TimeLimits = usualLimits): Engine {
  return {
    async list(signal) {
      const found = await ask('/containers/json?all=1', listSchema, mostListBytes, signal);
      if (!found) throw new Error('the engine, or its proxy, knows no list of containers');
      return found;
    },
    async inspect(id, signal) {
      return await ask(`/containers/${id}/json`, containerSchema, mostContainerBytes, signal);
    },
    async followKills(listener, signal) {
      const now = Date.now() / 1000;
      const query = new URLSearchParams({
        since: (now - replayedSeconds).toFixed(0),
        until: (now + streamMs / 1000).toFixed(3),
        filters: JSON.stringify({ type: ['container'], event: ['oom'] }),
      });
      await within(streamMs + callMs, signal, async (whole) => {
        const response = await within(callMs, whole, async (first) =>
          answerOf(`/events?${query.toString()}`, AbortSignal.any([whole, first])),
        );
        await refuseOther(response);
        listener.opened();
        for await (const line of linesOf(response)) {
          const { Actor, timeNano } = parse(killSchema, line);
          listener.killed(Actor.ID, timeNano / 1e9);
        }
      });
    },
  };

  async function ask<T>(path: string, schema: z.ZodType<T>, mostBytes: number, outer: AbortSignal): Promise<T | undefined> {
    return await within(callMs, outer, async (signal) => {
      const response = await answerOf(path, signal);
      if (response.status === 404) {
        await response.body?.cancel();
        return undefined;
      }
      await refuseOther(response);
      return parse(schema, await textOf(response, mostBytes));
    });
  }

  async function answerOf(path: string, signal: AbortSignal): Promise<Response> {
    return await fetch(new URL(path, address), { signal, redirect: 'error' });
  }
}

/** What was met, in one line: the connection's own words, where there are any below those of `fetch`. */
export function reasonOf(cause: unknown): string {
  const below = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause;
  return messageOf(below) || systemCode(below) || 'the connection failed';
}

async function refuseOther({ status, body }: Response): Promise<void> {
  if (status === 200) return;
  await body?.cancel();
  throw new Error(`the engine, or its proxy, answered ${status}`);
}

async function textOf({ body }: Response, mostBytes: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > mostBytes) throw new Error(`the engine answered with more than ${mostBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

async function* linesOf({ body }: Response): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of body ?? []) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > longestEvent) throw new Error(`the engine told of an event in more than ${longestEvent} characters`);
    yield* lines.filter((line) => line.trim() !== '');
  }
}

/** What is wrong is told without a word of the answer itself, which may hold the environment of a container. */
function parse<T>(schema: z.ZodType<T>, text: string): T {
  const found = schema.safeParse(jsonOf(text));
  if (found.success) return found.data;
  const [issue] = found.error.issues;
  throw new Error(`the engine answered something else: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error('the engine answered with what is no JSON');
  }
}
