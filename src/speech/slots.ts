import { Refusal } from './failure.ts';

export interface SlotLimits {
  /** Requests that are worked on at the same time. */
  readonly atOnce: number;
  /** Requests beyond those that may be there, uploading or waiting. */
  readonly waiting: number;
  readonly waitMs: number;
}

/** One request inside; `leave` may be called more than once. */
export interface Place {
  /** Resolves when it is this request's turn; throws a Refusal with status 429 when that takes too long. */
  turn(signal: AbortSignal): Promise<void>;
  leave(): void;
}

/** A bounded number of requests at work, and a bounded number that wait for it, first come first served. */
export interface Slots {
  /** Throws a Refusal with status 429 where too many are inside. */
  enter(): Place;
  running(): number;
}

export function createSlots({ atOnce, waiting, waitMs }: SlotLimits): Slots {
  let inside = 0;
  let running = 0;
  const queue = new Set<() => void>();
  const next = (): void => {
    const [first] = queue;
    if (running < atOnce) first?.();
  };
  return {
    running: () => running,
    enter() {
      if (inside >= atOnce + waiting) throw tooMany(waitMs);
      inside++;
      let state: 'waits' | 'runs' | 'left' = 'waits';
      const run = (): void => {
        running++;
        state = 'runs';
      };
      return {
        async turn(signal) {
          signal.throwIfAborted();
          if (running < atOnce && queue.size === 0) run();
          else if (!(await turnWithin(queue, waitMs, signal, run))) throw tooMany(waitMs);
        },
        leave() {
          if (state === 'left') return;
          if (state === 'runs') running--;
          inside--;
          state = 'left';
          next();
        },
      };
    },
  };
}

/** Runs `run` and gives true when called, false when that was not within `waitMs`. */
async function turnWithin(queue: Set<() => void>, waitMs: number, signal: AbortSignal, run: () => void): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      queue.delete(call);
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
    };
    const call = (): void => {
      stop();
      run();
      resolve(true);
    };
    const abort = (): void => {
      stop();
      reject(signal.reason as Error);
    };
    const timer = setTimeout(() => {
      stop();
      resolve(false);
    }, waitMs);
    signal.addEventListener('abort', abort, { once: true });
    queue.add(call);
  });
}

function tooMany(waitMs: number): Refusal {
  const retryAfterSeconds = Math.max(1, Math.ceil(waitMs / 1000));
  return new Refusal(429, `Too many requests are being worked on. Try again in ${retryAfterSeconds} s.`, {
    code: 'rate_limit_exceeded',
    retryAfterSeconds,
  });
}
