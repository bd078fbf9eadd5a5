import { sleep } from '../../kit/clock.ts';
import type { ProcessUnit } from '../../stack/process-unit.ts';
import type { ProbeResult } from './probe.ts';

export type HealthState = 'starting' | 'healthy' | 'unhealthy';

/** What a unit's healthcheck came to so far. */
export interface HealthWatch {
  readonly state: () => HealthState;
  readonly output: () => string | undefined;
  /** Milliseconds since it became healthy and stayed so; 0 while it is not. */
  readonly healthyMs: () => number;
  readonly end: () => void;
  /** Resolves after the first look. */
  readonly looked: Promise<void>;
}

/** How often a unit that starts is asked, so that what waits for it waits no longer than needed. */
const startingEveryMs = 250;

/** Asks again and again, by the rules that containers have: failures count after the start period or a first success, and in a row. */
export function watchHealth(
  { everyMs, retries, startMs }: ProcessUnit['health'],
  ask: () => Promise<ProbeResult>,
  onChange: (state: HealthState) => void,
  firstAfterMs = Math.min(everyMs, startingEveryMs),
): HealthWatch {
  const ended = new AbortController();
  const began = Date.now();
  let state: HealthState = 'starting';
  let output: string | undefined;
  let failures = 0;
  let healthySince = 0;
  let firstLook: () => void = () => undefined;
  const looked = new Promise<void>((resolve) => {
    firstLook = resolve;
  });

  async function watch(): Promise<void> {
    await sleep(firstAfterMs, ended.signal);
    for (;;) {
      const result = await ask();
      ended.signal.throwIfAborted();
      output = result.output;
      const isStarting = state === 'starting' && Date.now() - began < startMs;
      failures = result.isHealthy ? 0 : isStarting ? failures : failures + 1;
      if (result.isHealthy) move('healthy');
      else if (failures >= retries) move('unhealthy');
      firstLook();
      await sleep(state === 'starting' ? Math.min(everyMs, startingEveryMs) : everyMs, ended.signal);
    }
  }

  function move(next: HealthState): void {
    if (next === state) return;
    state = next;
    healthySince = next === 'healthy' ? Date.now() : 0;
    onChange(next);
  }

  watch().catch((cause: unknown) => {
    if (!ended.signal.aborted) throw cause;
  });
  return {
    state: () => state,
    output: () => output,
    healthyMs: () => (state === 'healthy' ? Date.now() - healthySince : 0),
    end: () => {
      ended.abort();
      firstLook();
    },
    looked,
  };
}
