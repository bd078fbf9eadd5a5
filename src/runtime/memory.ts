import { DatamancyError } from '../kit/errors.ts';
import type { ExecResult, Runtime, RuntimeEvent, Unit, UnitState } from './runtime.ts';

/** How a unit of the fake behaves. Everything absent is a unit that is healthy at the first look and says nothing. */
export interface MemoryScript {
  /** What it becomes; 'starting' is one that never gets anywhere. */
  readonly becomes?: 'healthy' | 'unhealthy' | 'starting' | 'exited' | 'restarting';
  /** Looks at it that still see it starting. */
  readonly after?: number;
  readonly exitCode?: number;
  readonly lines?: readonly string[];
  readonly healthOutput?: string;
  /** Thrown by `apply` instead of starting it. */
  readonly refuses?: DatamancyError;
  readonly exec?: (argv: readonly string[], input: string | undefined, volume: Map<string, string>) => ExecResult;
}

/** A runtime in memory for tests, held to the same conformance suite as the real ones. */
export interface MemoryRuntime extends Runtime {
  /** The unit's process ends as by a fault, and is started again. */
  readonly crash: (service: string) => void;
}

interface Entry {
  readonly digest: string;
  readonly release: number;
  readonly lines: string[];
  readonly startedAt: string;
  looks: number;
  restarts: number;
  stopped: boolean;
}

/** `scriptOf` says how a service behaves, by its name and the digest of its definition. */
export function memoryRuntime(scriptOf: (service: string, digest: string) => MemoryScript = () => ({})): MemoryRuntime {
  const entries = new Map<string, Entry>();
  const volumes = new Map<string, Map<string, string>>();
  const watchers = new Set<(event: RuntimeEvent) => void>();
  const followers = new Set<(service: string, line: string) => void>();

  function tell(service: string, kind: RuntimeEvent['kind']): void {
    for (const watch of watchers) watch({ service, kind, at: new Date().toISOString() });
  }

  function entryOf(service: string): Entry {
    const entry = entries.get(service);
    if (entry) return entry;
    throw new DatamancyError('E_SERVICE_UNKNOWN', `${service} has no unit`, { fix: 'apply it first' });
  }

  function start(service: string, entry: Entry): void {
    entry.looks = 0;
    entry.stopped = false;
    tell(service, 'start');
    for (const line of scriptOf(service, entry.digest).lines ?? []) {
      entry.lines.push(line);
      for (const follow of followers) follow(service, line);
    }
  }

  function look(service: string, entry: Entry): Unit {
    const { becomes = 'healthy', after = 0, exitCode = 0, healthOutput } = scriptOf(service, entry.digest);
    const isEarly = !entry.stopped && entry.looks++ < after;
    const state: UnitState = entry.stopped ? 'exited' : isEarly ? 'starting' : becomes;
    const { digest, release, restarts, startedAt } = entry;
    return {
      service,
      state,
      digest,
      release,
      restarts,
      startedAt,
      image: `memory/${service}`,
      imageId: `memory:${digest}`,
      exit: state === 'exited' || state === 'restarting' ? { code: exitCode, outOfMemory: false } : undefined,
      healthOutput: isEarly ? undefined : healthOutput,
      enforced: undefined,
    };
  }

  async function listen<Listener>(listeners: Set<Listener>, listener: Listener, signal: AbortSignal): Promise<void> {
    listeners.add(listener);
    if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    listeners.delete(listener);
  }

  async function remove(services: Iterable<string>): Promise<void> {
    for (const service of services) if (entries.delete(service)) tell(service, 'remove');
  }

  return {
    name: 'process',
    supports: { exec: true, isolation: false, limits: false, networks: false, missing: [] },
    environment: {},
    crash: (service) => {
      const entry = entryOf(service);
      tell(service, 'die');
      entry.restarts++;
      start(service, entry);
    },
    observe: async () =>
      [...entries].map(([service, entry]) => look(service, entry)).toSorted((one, other) => (one.service < other.service ? -1 : 1)),
    apply: async (release, services, signal) => {
      const unknown = services.find((service) => !(service in release.services));
      if (unknown !== undefined) throw new DatamancyError('E_SERVICE_UNKNOWN', `no ${unknown} in the release`, { fix: 'declare it' });
      for (const service of services) {
        await Promise.resolve();
        signal.throwIfAborted();
        const digest = release.services[service]?.digest ?? '';
        const there = entries.get(service);
        if (there && !there.stopped && there.digest === digest) continue;
        const { refuses } = scriptOf(service, digest);
        if (refuses) throw refuses;
        const entry: Entry = {
          digest,
          release: release.number,
          lines: [],
          startedAt: new Date().toISOString(),
          looks: 0,
          restarts: 0,
          stopped: false,
        };
        entries.set(service, entry);
        if (!volumes.has(service)) volumes.set(service, new Map());
        start(service, entry);
      }
    },
    restart: async (service) => start(service, entryOf(service)),
    stop: async (services) => {
      for (const service of services) {
        const entry = entries.get(service);
        if (!entry || entry.stopped) continue;
        entry.stopped = true;
        tell(service, 'die');
      }
    },
    remove,
    removeNetworksBut: async () => {},
    down: async (options) => {
      await remove(entries.keys());
      if (options.volumes) volumes.clear();
    },
    logs: async (service, { tail }) => entryOf(service).lines.slice(-tail),
    follow: async (services, onLine, signal) =>
      listen(followers, (service, line) => (services.includes(service) ? onLine(service, line) : undefined), signal),
    exec: async (service, argv, { input }) => {
      const { digest } = entryOf(service);
      return scriptOf(service, digest).exec?.(argv, input, volumes.get(service) ?? new Map()) ?? { status: 0, stdout: '', stderr: '' };
    },
    events: async (onEvent, signal) => listen(watchers, onEvent, signal),
  };
}
