import type { Health } from './health.ts';
import type { Path } from './need.ts';
import type { Allow, Gpu, Limits, Memory, Port, Tmpfs, UnitLimits } from './service.ts';
import type { Argument, Text, Value } from './text.ts';

/** Where a worker itself listens, which throws where it has no port of that name, and what it may use. */
export interface WorkerPlace {
  readonly worker: { readonly listen: (port: string) => { readonly address: string; readonly port: number }; readonly limits: UnitLimits };
}

/**
 * A second process of the same service, as a unit `<service>-<worker>`. It starts after the service unless it is `first`, from the same
 * image unless it names one, and shares its user, environment, files, volumes, secrets and exceptions. A service with workers runs only in containers.
 */
export interface Worker<Context> {
  readonly title?: string;
  /** It starts before the service, which then waits for it, and after the service's providers: a queue of its own and the like. */
  readonly first?: true;
  readonly image?: string;
  readonly debian?: string;
  /** The service's where absent. */
  readonly user?: `${number}:${number}`;
  /** What it gets of the service's; all three where absent. One with an image of its own seldom needs any. */
  readonly shares?: readonly ('env' | 'files' | 'volumes')[];
  readonly ports?: Readonly<Record<string, Port>>;
  /** Ports of a worker are its own: the names in health, route and metrics are of these. */
  readonly health: Health<string>;
  readonly limits: Limits;
  readonly allow?: Allow;
  readonly tmpfs?: readonly (Path | Tmpfs)[];
  readonly stopSeconds?: number;
  readonly gpu?: Gpu;
  readonly shm?: Memory;
  /**
   * Paths of the service's own host that the edge sends here, under the same access; a `*` at the end stands for anything. With
   * `strip` the worker sees only what comes after the path that is named.
   */
  readonly route?: { readonly port: string; readonly paths: readonly [Path, ...Path[]]; readonly strip?: true };
  readonly metrics?: { readonly port: string; readonly path: Path };
  /** Replaces the image's CMD; needed where the image is the service's. */
  readonly command?: (context: Context & WorkerPlace) => readonly Argument[];
  /** Beside the service's variables, or in place of those of the same name. */
  readonly env?: (context: Context & WorkerPlace) => Readonly<Record<string, Value>>;
  /** What is run in the healthy worker at every `up`. */
  readonly setup?: (context: Context & WorkerPlace) => readonly SetupStep[];
}

/** Name of a worker's unit. */
export function workerName(service: string, worker: string): string {
  return `${service}-${worker}`;
}

/** One command inside the healthy unit that sets the service up. Idempotent: every `up` runs it again. */
export interface SetupStep {
  readonly title: string;
  /** Shows no secret, because a process list is no secret. */
  readonly argv: readonly [string, ...string[]];
  /** Given on standard input. */
  readonly input?: string | Text;
  /** Exit statuses that mean done; 0 where absent. */
  readonly okStatuses?: readonly number[];
}
