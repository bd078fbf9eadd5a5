import { join } from 'node:path';
import { DatamancyError } from '../kit/errors.ts';
import { sleep } from '../kit/clock.ts';
import type { RunResult } from '../kit/process.ts';
import { run } from '../kit/process.ts';
import { explainFailure } from './compose-failure.ts';
import { watchEvents } from './container-events.ts';
import { execInside, followLog, readLog } from './container-streams.ts';
import { label, unitOf } from './container-unit.ts';
import type { Corner } from './containers.ts';
import { containerOf, listContainers, removeContainer, stopContainer, unlessGone } from './containers.ts';
import type { Engine } from './engine.ts';
import { ask, engineError, openClient, unreachable } from './engine-client.ts';
import { portHolder } from './port-holder.ts';
import type { Release, Runtime, Supports, Unit } from './runtime.ts';
import { removeDuplicateNetworks, removeNetworksBut, removeStores } from './stores.ts';
import { foreignUnits, giveVolumes } from './volume-owners.ts';

export interface ComposeInput {
  readonly cluster: string;
  readonly engine: Engine;
  /** Environment of the docker client beyond what points it at the engine: DOCKER_CONFIG, PATH. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** The cluster's folder. Units of the same name that were started from another folder are refused (E_NAME_TAKEN). */
  readonly home?: string;
}

/**
 * Containers on a Docker Engine. `docker compose` changes things from the rendered compose.yaml, the Engine API observes
 * them; both see one project, `datamancy-<cluster>`, and find everything by label.
 */
export function composeRuntime({ cluster, engine, env = {}, home }: ComposeInput): Runtime {
  const corner: Corner = { client: openClient(engine.address), cluster, project: `datamancy-${cluster}`, home };
  return {
    name: 'compose',
    supports: supportsOf(engine),
    environment: engine.environment,
    observe: async (signal) => observe(corner, signal),
    apply: async (release, services, signal) => apply(corner, { ...env, ...engine.environment }, release, services, signal),
    restart: async (service, signal) => {
      const container = await containerOf(corner, service, signal);
      await settle(
        `restarting ${service}`,
        ask('restarting a container', async (abortSignal) => container.restart({ abortSignal }), signal, 300_000),
        signal,
      );
    },
    stop: async (services, signal) => {
      await settle(
        'stopping',
        eachContainer(corner, services, async (id) => stopContainer(corner, id, signal), signal),
        signal,
      );
    },
    remove: async (services, signal) => {
      await settle(
        'removing',
        eachContainer(corner, services, async (id) => stopAndRemove(corner, id, { volumes: false }, signal), signal),
        signal,
      );
    },
    removeNetworksBut: async (kept, signal) => settle('removing networks', removeNetworksBut(corner, kept, signal), signal),
    down: async (options, signal) => settle(`taking ${cluster} down`, down(corner, options, signal), signal),
    logs: async (service, { tail }, signal) => readLog(corner, service, tail, signal),
    follow: async (services, onLine, signal) => {
      await Promise.all(services.map(async (service) => followLog(corner, service, (line) => onLine(service, line), signal)));
    },
    exec: async (service, argv, { input, user }, signal) => execInside(corner, service, { argv, input, user }, signal),
    events: async (onEvent, signal) => watchEvents(corner, onEvent, signal),
  };
}

function supportsOf({ unenforced, rootless, cgroupDriver, cgroupVersion, warnings }: Engine): Supports {
  const reason = cgroupDriver === 'none' && rootless ? `a rootless engine on cgroup v${cgroupVersion}` : 'this engine';
  const missing = unenforced.length === 0 ? [] : [`${reason} does not enforce ${unenforced.join(', ')} limits: services run without them`];
  return { exec: true, isolation: true, networks: true, limits: unenforced.length === 0, missing: [...missing, ...warnings] };
}

async function settle(doing: string, work: Promise<unknown>, signal: AbortSignal): Promise<void> {
  try {
    await work;
  } catch (cause) {
    throw engineError(cause, doing, signal);
  }
}

async function observe(corner: Corner, signal: AbortSignal): Promise<readonly Unit[]> {
  const containers = await listContainers(corner, undefined, signal);
  const first = new Map(containers.toReversed().map((container) => [container.Labels[label.service], container.Id]));
  const inspected = Promise.all(
    [...first.values()].map(async (id) =>
      unlessGone(ask('looking at a container', async (abortSignal) => corner.client.getContainer(id).inspect({ abortSignal }), signal)),
    ),
  ).catch((cause: unknown) => {
    throw engineError(cause, 'looking at the containers', signal);
  });
  return (await inspected).flatMap((info) => (info ? [unitOf(info)] : [])).toSorted((one, other) => (one.service < other.service ? -1 : 1));
}

async function eachContainer(
  corner: Corner,
  services: readonly string[] | undefined,
  act: (id: string) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const containers = await listContainers(corner, undefined, signal);
  const meant = containers.filter(({ Labels }) => services?.includes(Labels[label.service] ?? '') ?? true);
  await Promise.all(meant.map(async ({ Id }) => act(Id)));
}

async function stopAndRemove(corner: Corner, id: string, options: { readonly volumes: boolean }, signal: AbortSignal): Promise<void> {
  await stopContainer(corner, id, signal);
  await removeContainer(corner, id, options, signal);
}

async function down(corner: Corner, options: { readonly volumes: boolean }, signal: AbortSignal): Promise<void> {
  await eachContainer(corner, undefined, async (id) => stopAndRemove(corner, id, options, signal), signal);
  await removeStores(corner, options, signal);
}

const tries = 4;

async function apply(
  corner: Corner,
  env: Readonly<Record<string, string | undefined>>,
  release: Release,
  services: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const unknown = services.find((service) => !(service in release.services));
  if (unknown !== undefined) {
    throw new DatamancyError('E_SERVICE_UNKNOWN', `release ${release.number} has no service ${unknown}`, {
      fix: 'declare it in cluster.yaml, or leave it out',
    });
  }
  for (let attempt = 1; ; attempt++) {
    signal.throwIfAborted();
    if (attempt > 1) await settle('removing doubled networks', removeDuplicateNetworks(corner, services, signal), signal);
    const missing = await missingAfterTidying(corner, release, services, signal);
    if (missing.length === 0) return;
    const options = { env: { ...composeEnvironment, ...env }, signal };
    const result = await makeAndStart(corner, release, missing, options);
    signal.throwIfAborted();
    if (result.status === 0) return;
    const failure = explainFailure(result);
    if (failure.kind === 'final') throw failure.error;
    if (failure.kind === 'port-taken') throw await portTaken(corner, failure);
    if (attempt === tries) throw failure.kind === 'unreachable' ? unreachable(failure.words) : failed(failure.words);
    await sleep(500 * attempt, signal);
  }
}

type ClientOptions = { readonly env: Readonly<Record<string, string | undefined>>; readonly signal: AbortSignal };

/** Units of other people's images are made first, so that their volumes are theirs before they start. */
async function makeAndStart(corner: Corner, release: Release, services: readonly string[], options: ClientOptions): Promise<RunResult> {
  const foreign = await foreignUnits(release, services);
  if (foreign.length > 0) {
    const made = await run(
      composeUp(
        corner,
        release,
        foreign.map(({ service }) => service),
        ['--no-start'],
      ),
      options,
    );
    if (made.status !== 0) return made;
    for (const unit of foreign) {
      const [container] = await listContainers(corner, unit.service, options.signal);
      if (container && container.State === 'created') await giveVolumes(unit, container.Id, options);
    }
  }
  return run(composeUp(corner, release, services, ['-d']), options);
}

/** Compose reads more from its environment than it is told by argument. */
const composeEnvironment = { COMPOSE_REMOVE_ORPHANS: '0', COMPOSE_IGNORE_ORPHANS: '1', COMPOSE_PROFILES: '', COMPOSE_PARALLEL_LIMIT: '-1' };

function composeUp(
  { project }: Corner,
  { directory }: Release,
  services: readonly string[],
  how: readonly string[],
): readonly [string, ...string[]] {
  const where = ['--ansi', 'never', '--progress', 'plain', '-p', project, '-f', join(directory, 'compose.yaml')];
  return ['docker', 'compose', ...where, 'up', ...how, '--no-deps', '--no-build', ...services];
}

/**
 * The services that do not run as the release defines them. On the way it removes what an interrupted run left: containers
 * that were made and never started, which may lack networks, and all but one of a service.
 */
async function missingAfterTidying(
  corner: Corner,
  release: Release,
  services: readonly string[],
  signal: AbortSignal,
): Promise<readonly string[]> {
  const containers = await listContainers(corner, undefined, signal);
  const plans = services.map((service) => {
    const [first, ...others] = containers.filter(({ Labels }) => Labels[label.service] === service);
    const isNeverStarted = first?.State === 'created' || first?.State === 'dead' || first?.State === 'removing';
    const isRunning = first?.State === 'running' || first?.State === 'restarting';
    return {
      service,
      leftovers: [...(first && isNeverStarted ? [first] : []), ...others],
      isMissing: !isRunning || first.Labels[label.digest] !== release.services[service]?.digest,
    };
  });
  const leftovers = plans.flatMap((plan) => plan.leftovers);
  await settle(
    'removing what an interrupted run left',
    Promise.all(leftovers.map(async ({ Id }) => removeContainer(corner, Id, { volumes: false }, signal))),
    signal,
  );
  return plans.flatMap(({ service, isMissing }) => (isMissing ? [service] : []));
}

async function portTaken({ client }: Corner, { port, words }: { readonly port: number; readonly words: string }): Promise<DatamancyError> {
  const holder = await portHolder(client, port);
  return new DatamancyError('E_PORT_TAKEN', `port ${port} of this machine is taken${holder === undefined ? '' : ` by ${holder}`}`, {
    fix: `stop ${holder ?? 'what listens there'}, or choose other ports in cluster.yaml`,
    cause: new Error(words),
  });
}

function failed(words: string): DatamancyError {
  return new DatamancyError('E_ENGINE_FAILED', words, { fix: 'read what the engine says, then run "datamancy up" again' });
}
