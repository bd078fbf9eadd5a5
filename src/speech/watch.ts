import { sleep } from '../kit/clock.ts';
import { messageOf } from '../kit/errors.ts';
import { type Log, safeText } from '../kit/log.ts';
import type { Metrics } from './metrics.ts';
import type { Task } from './models.ts';
import { timeLimit } from '../kit/time-limit.ts';
import type { Voice } from './voices.ts';

const lookMs = 5000;

interface Looked {
  readonly name: string;
  look(signal: AbortSignal): Promise<readonly Voice[]>;
}

interface Seen {
  readonly isUp: boolean;
  /** Those it had when it was there last. */
  readonly voices: readonly Voice[];
}

/** What was last seen of each back end. */
export interface Watch {
  seen(task: Task, name: string): Seen;
  /** Looks at every one once. */
  look(signal: AbortSignal): Promise<void>;
  /** Looks again and again until the signal is aborted. */
  keep(everyMs: number, signal: AbortSignal): Promise<void>;
}

const unseen: Seen = { isUp: false, voices: [] };

export function createWatch(backends: Readonly<Record<Task, readonly Looked[]>>, metrics: Metrics, log: Log): Watch {
  const states = new Map<string, Seen>();
  const lookAt = async (task: Task, backend: Looked, signal: AbortSignal): Promise<void> => {
    const key = `${task} ${backend.name}`;
    const before = states.get(key);
    const limit = timeLimit(signal, lookMs);
    try {
      const voices = await backend.look(limit.signal);
      states.set(key, { isUp: true, voices });
      if (before?.isUp !== true) log.info({ event: 'backend.up', task, backend: backend.name }, 'a back end is there');
    } catch (cause) {
      if (signal.aborted) return;
      states.set(key, { isUp: false, voices: before?.voices ?? [] });
      const reason = safeText(messageOf(cause), 300);
      if (before?.isUp !== false) log.warn({ event: 'backend.away', task, backend: backend.name, cause: reason }, 'a back end is away');
    } finally {
      limit.clear();
    }
    metrics.backend(task, backend.name, states.get(key)?.isUp === true);
  };
  const look = async (signal: AbortSignal): Promise<void> => {
    const all = [
      ...backends.transcription.map(async (backend) => lookAt('transcription', backend, signal)),
      ...backends.speech.map(async (backend) => lookAt('speech', backend, signal)),
    ];
    await Promise.all(all);
  };
  return {
    seen: (task, name) => states.get(`${task} ${name}`) ?? unseen,
    look,
    async keep(everyMs, signal) {
      while (!signal.aborted) {
        await sleep(everyMs, signal).catch(() => undefined);
        await look(signal);
      }
    },
  };
}
