import { within } from '../kit/time-limit.ts';
import { sleep } from '../kit/clock.ts';
import { messageOf } from '../kit/errors.ts';
import { createBans, decisionsSchema } from './bans.ts';
import type { GateConfig } from './config.ts';
import { type Log, safeText } from '../kit/log.ts';
import type { Metrics } from './metrics.ts';

const pullWithinMs = 5000;

/** Knows whom CrowdSec wants turned away. */
export interface Bouncer {
  isBanned(address: string): boolean;
  /** Asks for what was decided since the last time. Where nobody answers, what is known goes on until its own end. */
  pull(signal: AbortSignal): Promise<void>;
}

export function createBouncer(
  { address, api_key: key }: Pick<NonNullable<GateConfig['bouncer']>, 'address' | 'api_key'>,
  { log, metrics, now }: { readonly log: Log; readonly metrics: Metrics; readonly now?: () => number },
): Bouncer {
  const bans = createBans(now);
  // Unknown at first; whatever was missed while nobody answered is made good by asking for everything.
  let isUp: boolean | undefined;

  async function ask(signal: AbortSignal): Promise<void> {
    const url = new URL(`/v1/decisions/stream?startup=${isUp !== true}`, address);
    const decisions = await within(pullWithinMs, signal, async (limit) => {
      const answer = await fetch(url, { headers: { 'X-Api-Key': key }, signal: limit });
      if (!answer.ok) throw new Error(`it answered ${answer.status}`);
      return decisionsSchema.parse(await answer.json());
    });
    bans.learn(decisions, isUp !== true);
  }

  return {
    isBanned: (from) => bans.has(from),
    async pull(signal) {
      try {
        await ask(signal);
        if (isUp !== true) log.info({ event: 'bouncer.up', bans: bans.count() }, 'decisions about addresses can be read');
        isUp = true;
      } catch (cause) {
        if (signal.aborted) return;
        if (isUp !== false)
          log.warn(
            { event: 'bouncer.lost', cause: safeText(reasonOf(cause), 300) },
            'decisions about addresses cannot be read; those that are known go on',
          );
        isUp = false;
      }
      metrics.bouncer(isUp, bans.count());
    },
  };
}

/** A refused connection hides behind the words of fetch. */
function reasonOf(cause: unknown): string {
  return messageOf(cause instanceof Error && cause.cause !== undefined ? cause.cause : cause);
}

/** Pulls until the signal is aborted. */
export async function keepPulling(bouncer: Bouncer, everyMs: number, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await bouncer.pull(signal);
    await sleep(everyMs, signal).catch(() => undefined);
  }
}
