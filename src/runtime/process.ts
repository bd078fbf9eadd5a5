import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DatamancyError } from '../kit/errors.ts';
import { readIfExists } from '../kit/files.ts';
import type { ProcessUnit } from '../stack/process-unit.ts';
import { processReleaseSchema } from '../stack/process-unit.ts';
import type { SupervisorClient } from './process/client.ts';
import { supervisorClient } from './process/client.ts';
import { launchIn } from './process/launch.ts';
import { followLog, tailLog } from './process/log-file.ts';
import type { RecipeFiles } from './process/place-recipes.ts';
import { dropRecipes, placeRecipes } from './process/place-recipes.ts';
import { openState, placeFiles } from './process/place-files.ts';
import type { Places } from './process/places.ts';
import { placesIn, unitPlaces } from './process/places.ts';
import { isAlive } from './process/process-table.ts';
import type { UnitRecord } from './process/record.ts';
import { readRecord, readRecords } from './process/record.ts';
import { runInside } from './process/run-inside.ts';
import { accountOf, unitIds } from './process/users.ts';
import type { Release, Runtime, Supports, Unit } from './runtime.ts';

export interface ProcessInput {
  /** Directory of everything derived, `.datamancy` of the cluster folder. */
  readonly state: string;
  /** The bundled supervisor, dist/supervise.js. */
  readonly supervisor: string;
  /** Recipes whose scripts the units call. */
  readonly recipes: readonly RecipeFiles[];
  /** What this runtime could not take on, in words. */
  readonly leftOut?: readonly string[];
}

interface Machine {
  readonly state: string;
  readonly places: Places;
  readonly client: SupervisorClient;
  readonly recipes: readonly RecipeFiles[];
}

/**
 * Services as child processes of a supervisor, for machines where no engine can run: each under a user of its own where this
 * program is root, on loopback, with all of its state inside the cluster folder. Nothing else keeps them apart.
 */
export function processRuntime({ state, supervisor, recipes, leftOut = [] }: ProcessInput): Runtime {
  const places = placesIn(state);
  const client = supervisorClient(places, { path: supervisor, state });
  const machine: Machine = { state, places, client, recipes };
  return {
    name: 'process',
    supports: supportsWith(leftOut),
    environment: {},
    observe: async (signal) => observe(machine, signal),
    apply: async (release, services, signal) => apply(machine, release, services, signal),
    restart: async (service, signal) => {
      await recordOf(places, service);
      await client.demand({ kind: 'restart', service }, signal);
    },
    stop: async (services, signal) => eachKnown(machine, services, 'stop', signal),
    remove: async (services, signal) => eachKnown(machine, services, 'remove', signal),
    removeNetworksBut: async () => {},
    down: async ({ volumes }, signal) => {
      await eachKnown(machine, undefined, 'remove', signal);
      await client.dismiss(signal);
      if (volumes) await rm(places.root, { recursive: true, force: true });
    },
    logs: async (service, { tail }) => {
      await recordOf(places, service);
      return tailLog(unitPlaces(places, service).log, tail);
    },
    follow: async (services, onLine, signal) => {
      await Promise.all(
        services.map(async (service) => followLog(unitPlaces(places, service).log, (line) => onLine(service, line), signal)),
      );
    },
    exec: async (service, argv, { input, user }, signal) => {
      const { account, ...record } = await recordOf(places, service);
      if (!record.process || !(await isAlive(record.process))) {
        throw new DatamancyError('E_ENGINE_FAILED', `${service} does not run, so nothing can be run in it`, {
          fix: 'start it with: datamancy up',
        });
      }
      const isRoot = user === '0' || user === 'root' || user?.startsWith('0:') === true;
      return runInside(await launchIn(places, { ...record, ...(account && !isRoot ? { account } : {}) }, argv), input, signal);
    },
    events: async (onEvent, signal) => client.events(onEvent, signal),
  };
}

/** Only root can give units users of their own. */
const apart =
  process.getuid?.() === 0
    ? 'only their users keep them apart'
    : 'nothing keeps them apart, because only root may give each a user of its own';

function supportsWith(leftOut: readonly string[]): Supports {
  return {
    exec: true,
    isolation: false,
    networks: false,
    limits: false,
    missing: [
      `services run as processes of this machine, without containers: ${apart}, and any may reach any other and the network`,
      'limits of memory, processors and processes are not enforced without containers',
      ...leftOut,
    ],
  };
}

/** Without a supervisor nothing changes, so the records tell; where units run on all the same, a supervisor takes them over. */
async function observe({ places, client }: Machine, signal: AbortSignal): Promise<readonly Unit[]> {
  const units = (await client.ask({ kind: 'observe' }, signal)) ?? (await fromRecords());
  return units.toSorted((one, other) => (one.service < other.service ? -1 : 1));

  async function fromRecords(): Promise<readonly Unit[]> {
    const records = await readRecords(places);
    const alive = await Promise.all(records.map(async ({ process }) => process !== undefined && (await isAlive(process))));
    return alive.includes(true) ? client.demand({ kind: 'observe' }, signal) : records.map(endedUnit);
  }
}

function endedUnit({ service, digest, release, unit, restarts, startedAt, exit }: UnitRecord): Unit {
  return {
    service,
    state: 'exited',
    digest,
    release,
    restarts,
    startedAt,
    image: unit.image,
    imageId: '',
    exit: exit && { code: exit.code, outOfMemory: false },
    healthOutput: undefined,
    enforced: undefined,
  };
}

async function apply(machine: Machine, release: Release, services: readonly string[], signal: AbortSignal): Promise<void> {
  const { places, client, state, recipes } = machine;
  const unknown = services.find((service) => !(service in release.services));
  if (unknown !== undefined) throw unknownService(unknown, `release ${release.number} has no service ${unknown}`);
  const found = new Map((await observe(machine, signal)).map((unit) => [unit.service, unit]));
  const units = await readUnits(release);
  const idOf = await unitIds(places.root);
  await openState(state, idOf);
  await placeRecipes(places, recipes);
  await dropRecipes(places, recipes, await readRecords(places));
  for (const service of services) {
    signal.throwIfAborted();
    const digest = release.services[service]?.digest ?? '';
    const there = found.get(service);
    const unit = units[service];
    if (there && there.state !== 'exited' && there.digest === digest) continue;
    if (!unit) throw unknownService(service, `${service} cannot run as a process`);
    requireInside(places, unit, release);
    const account = accountOf(
      idOf,
      service,
      unit.secrets.map(({ target }) => target),
    );
    const record: UnitRecord = {
      service,
      digest,
      release: release.number,
      unit,
      isWanted: true,
      restarts: 0,
      ...(account ? { account } : {}),
    };
    if (there) await client.demand({ kind: 'stop', service }, signal);
    await placeFiles(places, release, record, idOf);
    await client.demand({ kind: 'start', record }, signal);
  }
}

async function readUnits({ number, directory }: Release): Promise<Readonly<Record<string, ProcessUnit>>> {
  const path = join(directory, 'process.json');
  try {
    return processReleaseSchema.parse(JSON.parse((await readIfExists(path)) ?? '')).units;
  } catch (cause) {
    throw new DatamancyError('E_RELEASE_DAMAGED', `release ${number} has no readable process.json`, {
      fix: `remove ${directory} and run \`datamancy up\`, which renders it again`,
      cause,
    });
  }
}

/** A release from before the cluster was moved names places that are no longer its own. */
function requireInside({ root }: Places, { files, secrets, volumes }: ProcessUnit, { number }: Release): void {
  const outside = [...volumes, ...[...files, ...secrets].map(({ target }) => target)].find((path) => !path.startsWith(`${root}/`));
  if (outside === undefined) return;
  throw new DatamancyError('E_RELEASE_DAMAGED', `release ${number} was made for another folder: it wants ${outside}`, {
    fix: 'run "datamancy up", which makes one for this folder',
  });
}

async function eachKnown(
  { places, client }: Machine,
  services: readonly string[] | undefined,
  kind: 'stop' | 'remove',
  signal: AbortSignal,
): Promise<void> {
  const known = (await readRecords(places)).map(({ service }) => service).filter((service) => services?.includes(service) ?? true);
  await Promise.all(known.map(async (service) => client.demand({ kind, service }, signal)));
}

async function recordOf(places: Places, service: string): Promise<UnitRecord> {
  const record = await readRecord(places, service);
  if (record) return record;
  throw unknownService(service, `${service} has no unit on this machine`);
}

function unknownService(service: string, message: string): DatamancyError {
  return new DatamancyError('E_SERVICE_UNKNOWN', message, { fix: `declare ${service} in cluster.yaml and start it with: datamancy up` });
}
