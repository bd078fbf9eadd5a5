import { createTurnstile, type TurnstileLimits } from '../kit/turnstile.ts';
import { Refusal } from './failure.ts';

/** One request inside; `leave` may be called more than once. */
export interface Place {
  /** Resolves when it is this request's turn; throws a Refusal with status 429 when that takes too long. */
  turn(signal: AbortSignal): Promise<void>;
  leave(): void;
}

/** A bounded number of requests at work, and a bounded number that upload or wait for it, first come first served. */
export interface Slots {
  /** Throws a Refusal with status 429 where too many are inside. */
  enter(): Place;
  running(): number;
}

export function createSlots(limits: TurnstileLimits): Slots {
  const turnstile = createTurnstile(limits);
  return {
    running: () => turnstile.running(),
    enter: () => {
      const place = turnstile.enter();
      if (!place) throw tooMany(limits.waitMs);
      return {
        turn: async (signal) => {
          if (!(await place.turn(signal))) throw tooMany(limits.waitMs);
        },
        leave: () => place.leave(),
      };
    },
  };
}

function tooMany(waitMs: number): Refusal {
  const retryAfterSeconds = Math.max(1, Math.ceil(waitMs / 1000));
  return new Refusal(429, `Too many requests are being worked on. Try again in ${retryAfterSeconds} s.`, {
    code: 'rate_limit_exceeded',
    retryAfterSeconds,
  });
}
