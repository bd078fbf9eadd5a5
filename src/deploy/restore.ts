import { messageOf } from '../kit/errors.ts';
import type { Release, Runtime } from '../runtime/runtime.ts';
import { isFatal } from './failure.ts';
import type { LastGood } from './last-good.ts';

interface RestoreInput {
  readonly release: Release;
  readonly lastGood: LastGood;
  readonly releaseOf: (number: number) => Promise<Release>;
  readonly runtime: Runtime;
  readonly signal: AbortSignal;
}

/** Starts the last good definition of a failed service again, where there is another than the one that failed. */
export async function restoreLastGood(
  service: string,
  { release, lastGood, releaseOf, runtime, signal }: RestoreInput,
): Promise<{ readonly from?: number; readonly why?: string }> {
  const good = lastGood[service];
  if (!good || good.digest === release.services[service]?.digest) return {};
  try {
    await runtime.apply(await releaseOf(good.release), [service], signal);
    return { from: good.release };
  } catch (cause) {
    if (isFatal(cause, signal)) throw cause;
    return { why: messageOf(cause) };
  }
}
