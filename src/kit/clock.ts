import { setTimeout as delay } from 'node:timers/promises';
import { DatamancyError } from './errors.ts';

/** Resolves after `ms`; rejects at once with the signal's own reason when it is aborted. */
export async function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  try {
    await delay(ms, undefined, signal ? { signal } : {});
  } catch (cause) {
    signal?.throwIfAborted();
    throw cause;
  }
}

/** Asks again every `everyMs` until an answer comes; after `withinMs` it throws and says what was seen last. */
export async function until<T>(
  what: string,
  ask: () => Promise<{ readonly done: T } | { readonly seen: string }>,
  limits: { readonly everyMs: number; readonly withinMs: number; readonly signal?: AbortSignal },
): Promise<T> {
  const start = Date.now();
  for (;;) {
    const answer = await ask();
    if ('done' in answer) return answer.done;
    if (Date.now() - start > limits.withinMs) {
      throw new DatamancyError(
        'E_COMMAND_FAILED',
        `${what}: not within ${Math.round(limits.withinMs / 1000)} s; last seen: ${answer.seen}`,
        { fix: 'look at what was seen last, then try again' },
      );
    }
    await sleep(limits.everyMs, limits.signal);
  }
}
