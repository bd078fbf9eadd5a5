/** A signal that is aborted with another, or when the time is over, whichever is first. */
export interface TimeLimit {
  readonly signal: AbortSignal;
  readonly isOver: () => boolean;
  /** To be called when nobody needs the signal any more. */
  readonly clear: () => void;
}

/**
 * In place of AbortSignal.any with AbortSignal.timeout: Node 20 forgets such a timeout once nothing else refers to it, and the joint signal
 * does not (https://github.com/nodejs/node/issues/57736).
 */
export function timeLimit(signal: AbortSignal, limitMs: number): TimeLimit {
  const stopping = new AbortController();
  const abort = (): void => stopping.abort(signal.reason);
  let isOver = false;
  const timer = setTimeout(() => {
    isOver = true;
    stopping.abort(new DOMException(`no answer within ${limitMs / 1000} s`, 'TimeoutError'));
  }, limitMs);
  signal.addEventListener('abort', abort, { once: true });
  if (signal.aborted) abort();
  return {
    signal: stopping.signal,
    isOver: () => isOver,
    clear: () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
    },
  };
}

/** Acts with a signal that is aborted with the outer one, or when the time is over; nothing stays behind on the outer one, which may live long. */
export async function within<T>(limitMs: number, outer: AbortSignal, act: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const { signal, clear } = timeLimit(outer, limitMs);
  try {
    return await act(signal);
  } finally {
    clear();
  }
}

/** Fails with these words where the promise does not settle in time; what it is doing goes on. */
export async function settleWithin<T>(promise: Promise<T>, ms: number, otherwise: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new DOMException(`${otherwise} within ${ms} ms`, 'TimeoutError')), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
