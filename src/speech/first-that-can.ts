import { messageOf } from '../kit/errors.ts';
import { type Log, safeText } from '../kit/log.ts';
import { BackendFailure, Refusal } from './failure.ts';
import type { Metrics } from './metrics.ts';
import type { Task } from './models.ts';
import { timeLimit } from '../kit/time-limit.ts';

interface Chain<B> {
  readonly task: Task;
  /** The best one first. */
  readonly backends: readonly B[];
  readonly isUp: (backend: B) => boolean;
  /** What one back end may take. */
  readonly limitMs: number;
  readonly metrics: Metrics;
  readonly log: Log;
}

interface Given<T> {
  readonly backend: string;
  readonly value: T;
  /** Lifts the limit of time, which also holds for what the value still does. */
  readonly clear: () => void;
}

/**
 * The answer of the first back end that can give one. Those that were away when they were last looked at are asked when no other is left.
 * A refusal is final, because another back end would get the same request. When all fail, this does with a Refusal of status 503.
 */
export async function firstThatCan<B extends { readonly name: string }, T>(
  { task, backends, isUp, limitMs, metrics, log }: Chain<B>,
  use: (backend: B, signal: AbortSignal) => Promise<T>,
  signal: AbortSignal,
): Promise<Given<T>> {
  const up = backends.filter(isUp);
  const away = backends.filter((backend) => !up.includes(backend));
  const order = [...up, ...away];
  const passedOver = up[0] ? backends.slice(0, backends.indexOf(up[0])) : [];
  for (const { name } of passedOver) metrics.fallback(task, name, 'away');
  const reasons: string[] = [];
  for (const backend of order) {
    const limit = timeLimit(signal, limitMs);
    try {
      const value = await use(backend, limit.signal);
      metrics.answer(task, backend.name);
      return { backend: backend.name, value, clear: limit.clear };
    } catch (cause) {
      limit.clear();
      signal.throwIfAborted();
      if (cause instanceof Refusal) throw cause;
      const kind = limit.isOver() ? 'slow' : cause instanceof BackendFailure ? cause.kind : 'failed';
      const words = kind === 'slow' ? `took more than ${limitMs / 1000} s` : safeText(messageOf(cause), 300);
      if (!passedOver.includes(backend)) metrics.fallback(task, backend.name, kind);
      log.warn({ event: 'fallback', task, backend: backend.name, reason: kind, cause: words }, 'a back end could not answer');
      reasons.push(`${backend.name}: ${words}`);
    }
  }
  throw new Refusal(503, `No back end could answer (${reasons.join('; ')}).`, { code: 'backend_unavailable', retryAfterSeconds: 10 });
}
