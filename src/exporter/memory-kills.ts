import { sleep } from '../kit/clock.ts';
import { type Log, safeText } from '../kit/log.ts';
import { type Engine, reasonOf } from './engine.ts';

/**
 * When the kernel last ended a process of each container for memory. Only events tell all of it: the engine marks a container for its last
 * run alone, and older ones do not where the process was not the container's first.
 */
export interface MemoryKills {
  /** Whether the engine tells of them at this moment. */
  isWatched(): boolean;
  /** Seconds since 1970; undefined where nothing is known of any. */
  lastOf(id: string): number | undefined;
  /** Follows the engine's events until the signal is aborted, and asks again whenever it fails to. */
  watch(signal: AbortSignal): Promise<void>;
}

interface WatchOptions {
  readonly retryMs: number;
  /** How many containers are remembered, those that were told of last. */
  readonly mostContainers: number;
}

export function createMemoryKills(engine: Engine, log: Log, { retryMs, mostContainers }: WatchOptions): MemoryKills {
  const times = new Map<string, number>();
  let watched: boolean | undefined;

  return {
    isWatched: () => watched === true,
    lastOf: (id) => times.get(id),
    async watch(signal) {
      while (!signal.aborted) {
        try {
          await engine.followKills({ opened, killed: remember }, signal);
          await sleep(retryMs, signal);
        } catch (cause) {
          if (signal.aborted) return;
          lost(reasonOf(cause));
          await sleep(retryMs, signal).catch(() => undefined);
        }
      }
    },
  };

  function remember(id: string, at: number): void {
    const latest = Math.max(at, times.get(id) ?? 0);
    times.delete(id);
    times.set(id, latest);
    const [oldest] = times.keys();
    if (times.size > mostContainers && oldest !== undefined) times.delete(oldest);
  }

  function opened(): void {
    if (watched !== true) log.info({ event: 'kills.watched' }, 'the engine tells when a container is killed for memory');
    watched = true;
  }

  function lost(reason: string): void {
    if (watched !== false) {
      log.warn({ event: 'kills.unwatched', cause: safeText(reason, 300) }, 'nobody tells when a container is killed for memory');
    }
    watched = false;
  }
}
