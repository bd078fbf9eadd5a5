import { timeLimit } from './time-limit.ts';

export interface TurnstileLimits {
  /** Places that have their turn at the same time. */
  readonly atOnce: number;
  /** Places beyond those: they wait, or have not asked yet. */
  readonly waiting: number;
  readonly waitMs: number;
}

export interface Place {
  /**
   * Asked once: true when it is this place's turn, false where none came in time or the place was left meanwhile. Rejects with the signal's
   * reason when that is aborted before.
   */
  turn(signal: AbortSignal): Promise<boolean>;
  /** Gives the turn, or the wait for it, to the next. May be called more than once. */
  leave(): void;
}

/** A bounded number at work, and a bounded number that wait for it, first come first served. */
export interface Turnstile {
  /** Undefined where too many are inside. */
  enter(): Place | undefined;
  running(): number;
}

type Settle = (isMine: boolean) => void;

/** `changed` is told whenever somebody begins to wait, stops waiting, begins or leaves. */
export function createTurnstile(
  { atOnce, waiting, waitMs }: TurnstileLimits,
  changed: (state: { readonly running: number; readonly waiting: number }) => void = () => undefined,
): Turnstile {
  const queue = new Set<Settle>();
  let inside = 0;
  let running = 0;
  const tell = (): void => changed({ running, waiting: queue.size });

  return {
    running: () => running,
    enter: () => {
      if (inside >= atOnce + waiting) return undefined;
      inside += 1;
      return createPlace();
    },
  };

  function createPlace(): Place {
    let state: 'entered' | 'runs' | 'left' = 'entered';
    // Nobody is left in the queue who has an answer already: a turn handed to them would be lost.
    let settle: Settle = () => undefined;
    const begin = (): void => {
      running += 1;
      state = 'runs';
    };
    return {
      turn: async (signal) => {
        signal.throwIfAborted();
        if (state === 'left') return false;
        if (running < atOnce) {
          begin();
          tell();
          return true;
        }
        const limit = timeLimit(signal, waitMs);
        const isMine = await new Promise<boolean>((resolve) => {
          settle = (answer) => {
            if (!queue.delete(settle)) return;
            if (answer) begin();
            resolve(answer);
            tell();
          };
          limit.signal.addEventListener('abort', () => settle(false), { once: true });
          queue.add(settle);
          tell();
        });
        limit.clear();
        if (!isMine && !limit.isOver()) signal.throwIfAborted();
        return isMine;
      },
      leave: () => {
        if (state === 'left') return;
        settle(false);
        if (state === 'runs') running -= 1;
        state = 'left';
        inside -= 1;
        const [first] = queue;
        if (running < atOnce) first?.(true);
        tell();
      },
    };
  }
}
