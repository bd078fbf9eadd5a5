import type { Service, WorkerPlace } from '../service/index.ts';
import { workerName } from '../service/index.ts';
import type { ServiceOverride } from './declaration.ts';
import type { Placement } from './placement.ts';
import { expand, limitsOf } from './expand.ts';
import type { ImageChoice, ResolvedService } from './stack.ts';

/** What every unit of one service is made with. */
interface Made {
  readonly placement: Placement;
  readonly image: (service: Service) => ImageChoice | undefined;
  /** Grants, facts and places, as the functions of the definition get them. */
  readonly context: object;
}

/** A service and its workers, each as the service that its unit would be by itself; without what functions give. */
export function unitsOf(service: Service): readonly Service[] {
  return [service, ...Object.entries(service.workers ?? {}).map(([key, worker]) => standAlone(service, key, worker))];
}

/**
 * The workers of a service as units of their own, which start after it, or before it where they are `first`. Its grants are made once and stay with it; workers see them
 * in the environment that it shares.
 */
export function resolveWorkers(main: ResolvedService, { placement, image, context }: Made): readonly ResolvedService[] {
  const awaited = firstOf(main.service);
  return Object.entries(main.service.workers ?? {}).map(([key, worker]): ResolvedService => {
    const override = overrideOf(main.override, key, worker);
    const service = withFunctions(main.service, worker, standAlone(main.service, key, worker), override, placement);
    const chosen = image(service);
    return {
      name: service.name,
      family: main.name,
      service,
      override: {},
      url: '',
      networks: [],
      dependsOn: worker.first ? main.dependsOn.filter((other) => !awaited.includes(other)) : [...main.dependsOn, main.name].toSorted(),
      grants: [],
      unmet: [],
      ...(chosen ? { image: chosen } : {}),
      ...(worker.route ? { routed: worker.route } : {}),
      ...(isShared(worker, 'env') ? {} : { apart: true }),
      ...expand(service, override, placement, context, main.unmet.length === 0),
    };
  });
}

/** What the owner says of a worker: its limits, and the variables of the service where it shares them. */
function overrideOf({ env, workers = {} }: ServiceOverride, key: string, worker: AnyWorker): ServiceOverride {
  const own = Object.hasOwn(workers, key) ? workers[key] : undefined;
  return { limits: own?.limits, ...(isShared(worker, 'env') ? { env } : {}) };
}

/** Units of those workers that a service waits for. */
export function firstOf({ name, workers = {} }: Service): readonly string[] {
  return Object.entries(workers).flatMap(([key, { first }]) => (first ? [workerName(name, key)] : []));
}

type AnyWorker = NonNullable<Service['workers']>[string];

function isShared({ shares = ['env', 'files', 'volumes'] }: Pick<AnyWorker, 'shares'>, what: 'env' | 'files' | 'volumes'): boolean {
  return shares.includes(what);
}

function standAlone(service: Service, key: string, worker: AnyWorker): Service {
  const { docs, licence, category, volumes = {}, allow = {}, tmpfs = [], stopSeconds = 10 } = service;
  const title = worker.title ?? key;
  const { image, debian } = worker.image === undefined && worker.debian === undefined ? service : worker;
  const { gpu, shm, metrics } = worker;
  return {
    name: workerName(service.name, key),
    title: `${service.title}: ${title}`,
    summary: `A part of ${service.title}: ${title}.`,
    docs,
    licence,
    category,
    user: worker.user ?? service.user,
    ports: worker.ports ?? {},
    volumes: Object.fromEntries(
      Object.entries(volumes).filter(([, { only }]) => (only === undefined ? isShared(worker, 'volumes') : only === key)),
    ),
    health: worker.health,
    limits: worker.limits,
    allow: worker.allow ?? allow,
    tmpfs: worker.tmpfs ?? tmpfs,
    stopSeconds: worker.stopSeconds ?? stopSeconds,
    ...(image === undefined ? {} : { image }),
    ...(debian === undefined ? {} : { debian }),
    ...(gpu ? { gpu } : {}),
    ...(shm ? { shm } : {}),
    ...(metrics ? { metrics } : {}),
  };
}

/** Its functions get what those of the service get, and where the worker itself listens. */
function withFunctions(service: Service, worker: AnyWorker, alone: Service, override: ServiceOverride, placement: Placement): Service {
  const place: WorkerPlace = {
    worker: {
      listen: (portName) => {
        const port = Object.hasOwn(alone.ports, portName) ? alone.ports[portName] : undefined;
        if (!port) throw new Error(`${alone.name} has no port ${portName}`);
        return placement.listen(alone.name, portName, port);
      },
      limits: limitsOf(alone, override),
    },
  };
  const { command, env, setup } = worker;
  return {
    ...alone,
    files: isShared(worker, 'files') ? (service.files ?? {}) : {},
    env: (context) => ({ ...(isShared(worker, 'env') ? service.env?.(context) : {}), ...env?.({ ...context, ...place }) }),
    ...(command ? { command: (context) => command({ ...context, ...place }) } : {}),
    ...(setup ? { setup: (context) => setup({ ...context, ...place }) } : {}),
  };
}
