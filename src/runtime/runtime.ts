export type UnitState = 'absent' | 'created' | 'starting' | 'healthy' | 'unhealthy' | 'restarting' | 'exited';

/** One running service as the runtime sees it. */
export interface Unit {
  readonly service: string;
  readonly state: UnitState;
  /** Digest of the definition it was made from; differs from the wanted one when the declaration moved on. */
  readonly digest: string;
  readonly release: number;
  readonly image: string;
  /** Content address of the image that really runs. */
  readonly imageId: string;
  readonly restarts: number;
  readonly startedAt: string | undefined;
  readonly exit: { readonly code: number; readonly outOfMemory: boolean } | undefined;
  /** Last output of the healthcheck, trimmed; undefined before the first. */
  readonly healthOutput: string | undefined;
  /** What the runtime really enforces; undefined where it enforces nothing of the kind. */
  readonly enforced: Enforced | undefined;
}

/** Limits and hardening as they stand on the unit, for proof and for drift. Zero means none. */
export interface Enforced {
  readonly user: string;
  readonly memoryBytes: number;
  readonly cpus: number;
  readonly pids: number;
  readonly readOnlyRoot: boolean;
  readonly noNewPrivileges: boolean;
  readonly capDrop: readonly string[];
  readonly capAdd: readonly string[];
  readonly logging: { readonly driver: string; readonly options: Readonly<Record<string, string>> };
  readonly networks: readonly string[];
  /** Ports of this machine that lead into the unit; the address is as the engine has it, `0.0.0.0` or `::` for all. */
  readonly published: readonly { readonly address: string; readonly port: number }[];
  readonly mounts: readonly { readonly source: string; readonly target: string; readonly writable: boolean }[];
}

/** A rendered tree on disk, and the digest of each service's definition in it. */
export interface Release {
  readonly number: number;
  readonly directory: string;
  readonly services: Readonly<Record<string, { readonly digest: string }>>;
}

export interface ExecResult {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RuntimeEvent {
  readonly service: string;
  readonly kind: 'start' | 'die' | 'healthy' | 'unhealthy' | 'oom' | 'remove';
  readonly at: string;
}

/** What an adapter can give. `missing` says in words what it cannot, for `status` to repeat. */
export interface Supports {
  readonly exec: boolean;
  readonly isolation: boolean;
  readonly limits: boolean;
  readonly networks: boolean;
  readonly missing: readonly string[];
}

/**
 * Where services run. Everything is by service name and idempotent; nothing of an engine's own types crosses this line.
 * An engine that does not answer is E_ENGINE_UNREACHABLE; one that refuses is E_ENGINE_FAILED with its words.
 */
export interface Runtime {
  readonly name: 'compose' | 'process';
  readonly supports: Supports;
  /** Environment for programs that must speak to the same engine; empty where there is none. */
  readonly environment: Readonly<Record<string, string>>;

  /** Every unit of this cluster, running or not, including ones that the release no longer names. */
  observe(signal: AbortSignal): Promise<readonly Unit[]>;
  /** Makes these services run as the release defines them. Starts them at once; waiting for health is the caller's. */
  apply(release: Release, services: readonly string[], signal: AbortSignal): Promise<void>;
  /** The same unit, started again. */
  restart(service: string, signal: AbortSignal): Promise<void>;
  stop(services: readonly string[], signal: AbortSignal): Promise<void>;
  /** Removes units and leaves their volumes. */
  remove(services: readonly string[], signal: AbortSignal): Promise<void>;
  /** Removes the networks of this cluster beside these, where nothing is attached to them. */
  removeNetworksBut(kept: readonly string[], signal: AbortSignal): Promise<void>;
  /** Removes every unit and network of this cluster, and its volumes only where asked. */
  down(options: { readonly volumes: boolean }, signal: AbortSignal): Promise<void>;
  logs(service: string, options: { readonly tail: number }, signal: AbortSignal): Promise<readonly string[]>;
  /** New lines as they come, until the signal is aborted. */
  follow(services: readonly string[], onLine: (service: string, line: string) => void, signal: AbortSignal): Promise<void>;
  exec(
    service: string,
    argv: readonly [string, ...string[]],
    options: { readonly input?: string; readonly user?: string },
    signal: AbortSignal,
  ): Promise<ExecResult>;
  events(onEvent: (event: RuntimeEvent) => void, signal: AbortSignal): Promise<void>;
}

export type Change =
  | { readonly kind: 'create'; readonly service: string; readonly reason: string }
  | { readonly kind: 'replace'; readonly service: string; readonly reason: string }
  | { readonly kind: 'start'; readonly service: string; readonly reason: string }
  | { readonly kind: 'remove'; readonly service: string; readonly reason: string };

/** What separates the wanted release from what was found. Pure, so that a dry run and a real run cannot disagree. */
export function diff(wanted: Pick<Release, 'services'>, found: readonly Unit[]): readonly Change[] {
  const units = new Map(found.map((unit) => [unit.service, unit]));
  const changes = Object.entries(wanted.services).flatMap(([service, { digest }]): readonly Change[] => {
    const unit = units.get(service);
    if (!unit || unit.state === 'absent') return [{ kind: 'create', service, reason: 'not there yet' }];
    if (unit.digest !== digest) return [{ kind: 'replace', service, reason: 'its definition changed' }];
    if (unit.state === 'exited' || unit.state === 'created') return [{ kind: 'start', service, reason: `it is ${unit.state}` }];
    return [];
  });
  const extra = found
    .filter(({ service, state }) => !(service in wanted.services) && state !== 'absent')
    .map(({ service }): Change => ({ kind: 'remove', service, reason: 'no longer declared' }));
  return [...changes, ...extra];
}
