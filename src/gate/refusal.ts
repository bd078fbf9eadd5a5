import type { Context } from 'hono';
import { sleep } from '../kit/clock.ts';
import type { GateEnv } from './gate.ts';

/** What a form says whose token is not its own. */
export const foreignForm = 'This form was open for too long or came from another site. Try again.';
export const brokenForm = 'The form did not arrive whole. Try again.';

/** Waits until a whole multiple of the step is over since `start` (of `performance.now()`), so that a refusal says nothing by being quick. */
export async function waitForStep(start: number, stepMs: number): Promise<void> {
  const elapsedMs = performance.now() - start;
  if (stepMs > 0) await sleep(Math.ceil(elapsedMs / stepMs) * stepMs - elapsedMs);
}

/** The words for who must wait, with the header that says it to programs. */
export function tellToWait(context: Context<GateEnv>, waitMs: number): string {
  context.header('Retry-After', String(Math.ceil(waitMs / 1000)));
  const minutes = Math.ceil(waitMs / 60_000);
  return `Too many failed attempts. Wait ${minutes === 1 ? 'a minute' : `${minutes} minutes`}, then try again.`;
}
