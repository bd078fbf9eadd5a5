import { reasonOf } from './engine.ts';
import type { Look } from './look.ts';

/** What became of a look. A failed one has no figures of before: old ones would pass for new. */
export type Outcome = { readonly durationSeconds: number } & (
  | { readonly kind: 'answered'; readonly look: Look; readonly at: number }
  | { readonly kind: 'failed'; readonly reason: string }
);

export interface SharedLooks {
  /** The newest outcome, from a look of its own where the last one is no longer fresh. Never fails. */
  latest(): Promise<Outcome>;
  /** Since a look was answered; Infinity before the first. */
  sinceAnswerMs(): number;
}

interface Sharing {
  /** How long an outcome, good or bad, is given to whoever asks. */
  readonly freshMs: number;
  readonly onOutcome: (outcome: Outcome) => void;
  /** Milliseconds of a clock that nobody sets. */
  readonly now: () => number;
}

/** However many ask, there is one look at a time, and one every few seconds. */
export function shareLooks(look: () => Promise<Look>, { freshMs, onOutcome, now }: Sharing): SharedLooks {
  let last: { readonly outcome: Outcome; readonly atMs: number } | undefined;
  let answeredAtMs = -Infinity;
  let running: Promise<Outcome> | undefined;

  return {
    async latest() {
      if (last && now() - last.atMs < freshMs) return last.outcome;
      running ??= take().finally(() => (running = undefined));
      return await running;
    },
    sinceAnswerMs: () => now() - answeredAtMs,
  };

  async function take(): Promise<Outcome> {
    const outcome = await outcomeOf(look, now);
    last = { outcome, atMs: now() };
    if (outcome.kind === 'answered') answeredAtMs = last.atMs;
    onOutcome(outcome);
    return outcome;
  }
}

async function outcomeOf(look: () => Promise<Look>, now: () => number): Promise<Outcome> {
  const start = now();
  const durationSeconds = (): number => (now() - start) / 1000;
  try {
    const found = await look();
    return { kind: 'answered', look: found, at: Date.now() / 1000, durationSeconds: durationSeconds() };
  } catch (cause) {
    return { kind: 'failed', reason: reasonOf(cause), durationSeconds: durationSeconds() };
  }
}
