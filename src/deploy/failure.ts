import { DatamancyError } from '../kit/errors.ts';
import type { Unit } from '../runtime/runtime.ts';
import type { ResolvedService } from '../stack/stack.ts';

/** Milliseconds that a unit may take past its own start period, and that one which was found running may take to recover. */
const graceMs = 30_000;

const restartLimit = 3;

/** What was there before this run looked: a unit that it did not start itself gets time to recover from what went on before. */
export interface Past {
  readonly waitedMs: number;
  readonly wasRunning: boolean;
  readonly restarts: number;
}

/** Why a unit counts as failed, or undefined while it may still become healthy. */
export function failureOf({ service }: ResolvedService, unit: Unit | undefined, past: Past): string | undefined {
  if (unit?.state === 'exited') return endOf(unit);
  if (unit?.state === 'unhealthy' && (!past.wasRunning || past.waitedMs > graceMs)) return 'its healthcheck fails';
  const restarts = (unit?.restarts ?? 0) - past.restarts;
  if (unit && restarts >= restartLimit) return `${endOf(unit)}, ${restarts} times`;
  const limitMs = (service.health.startSeconds ?? 30) * 1000 + graceMs;
  if (past.waitedMs <= limitMs) return undefined;
  const restarted = restarts > 0 ? `, restarted ${restarts} times` : '';
  return `it was not healthy within ${Math.round(limitMs / 1000)} s (last seen: ${unit?.state ?? 'absent'}${restarted})`;
}

function endOf({ exit }: Unit): string {
  if (!exit) return 'it ended';
  return exit.outOfMemory ? 'its memory limit was too small, it was ended' : `it ended with status ${exit.code}`;
}

/** Whether the whole run ends with it: the runtime does not answer, the run was stopped, or the program is at fault. */
export function isFatal(cause: unknown, signal: AbortSignal): boolean {
  return signal.aborted || !(cause instanceof DatamancyError) || cause.code === 'E_ENGINE_UNREACHABLE';
}
