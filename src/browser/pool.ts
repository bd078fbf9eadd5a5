import { settleWithin } from '../kit/time-limit.ts';
import { createTurnstile } from '../kit/turnstile.ts';

/** A program with pages: Chromium, or what a test has in its place. */
export interface Engine {
  /** Gives its version; it may hang where the program does. */
  ask(): Promise<string>;
  /** Ends it, and kills it where it does not end. Never fails. */
  close(): Promise<void>;
  /** Called once, when it is gone for whatever reason. */
  onGone(listener: () => void): void;
}

export interface PoolLimits {
  readonly pages: number;
  readonly waiting: number;
  readonly waitMs: number;
  /** After this many uses a new program takes its place, because Chromium's memory only grows. */
  readonly usesPerEngine: number;
}

export interface PoolEvents {
  started(): void;
  crashed(): void;
  changed(state: { readonly open: number; readonly waiting: number }): void;
  waited(seconds: number): void;
}

/** Everybody is busy and enough wait already, or it took too long. */
export interface Busy {
  readonly kind: 'busy';
  readonly retryAfterSeconds: number;
}

export interface Pool<E extends Engine> {
  /** Waits for its turn, acts with the program, and gives the turn back whatever happens. Rejects when the signal is aborted while it waits. */
  use<T>(act: (engine: E, signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T | Busy>;
  /** Version of a program that answers within the time; starts one where there is none, and ends one that hangs. */
  check(withinMs: number): Promise<string>;
  close(): Promise<void>;
}

/** A program, perhaps only about to run, and who has it. */
interface Running<E> {
  readonly engine: Promise<E>;
  uses: number;
  active: number;
}

/** One program at a time, and one more while the former finishes its pages. */
export function createPool<E extends Engine>(launch: () => Promise<E>, limits: PoolLimits, events: PoolEvents): Pool<E> {
  const turnstile = createTurnstile({ atOnce: limits.pages, waiting: limits.waiting, waitMs: limits.waitMs }, ({ running, waiting }) =>
    events.changed({ open: running, waiting }),
  );
  const ending = new Set<Promise<void>>();
  let current: Running<E> | undefined;
  let isClosed = false;

  return {
    use: async (act, signal) => {
      const place = turnstile.enter();
      if (!place) return busy();
      try {
        const began = performance.now();
        if (!(await place.turn(signal))) return busy();
        events.waited((performance.now() - began) / 1000);
        signal.throwIfAborted();
        const running = take();
        running.uses += 1;
        running.active += 1;
        if (running.uses >= limits.usesPerEngine) retire(running);
        try {
          return await act(await running.engine, signal);
        } finally {
          running.active -= 1;
          if (running.uses >= limits.usesPerEngine && running.active === 0) end(running);
        }
      } finally {
        place.leave();
      }
    },
    check: async (withinMs) => {
      const running = take();
      const engine = await settleWithin(running.engine, withinMs, 'it does not start');
      try {
        return await settleWithin(engine.ask(), withinMs, 'it does not answer');
      } catch (cause) {
        retire(running);
        end(running);
        throw cause;
      }
    },
    close: async () => {
      isClosed = true;
      if (current) end(current);
      await Promise.all(ending);
    },
  };

  function busy(): Busy {
    return { kind: 'busy', retryAfterSeconds: Math.max(1, Math.round(limits.waitMs / 1000 / 4)) };
  }

  function take(): Running<E> {
    if (isClosed) throw new Error('it stops');
    if (current) return current;
    const running: Running<E> = { engine: launch(), uses: 0, active: 0 };
    running.engine.then(
      (engine) => {
        events.started();
        engine.onGone(() => {
          if (current === running && !isClosed) events.crashed();
          retire(running);
        });
      },
      () => retire(running),
    );
    current = running;
    return running;
  }

  /** No use begins with it any more. */
  function retire(running: Running<E>): void {
    if (current === running) current = undefined;
  }

  function end({ engine }: Running<E>): void {
    const closing = engine.then(
      async (started) => await started.close(),
      () => undefined,
    );
    ending.add(closing);
    void closing.finally(() => ending.delete(closing));
  }
}
