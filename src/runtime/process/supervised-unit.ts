import { sleep } from '../../kit/clock.ts';
import { messageOf } from '../../kit/errors.ts';
import type { RuntimeEvent, Unit } from '../runtime.ts';
import type { HealthWatch } from './health-watch.ts';
import { watchHealth } from './health-watch.ts';
import { launchIn } from './launch.ts';
import type { Places } from './places.ts';
import { unitPlaces } from './places.ts';
import { probe } from './probe.ts';
import { isAlive } from './process-table.ts';
import type { UnitRecord } from './record.ts';
import { removeRecord, writeRecord } from './record.ts';
import type { UnitProcess } from './unit-process.ts';
import { adoptProcess, endLeftovers, endProcess, startProcess } from './unit-process.ts';

/** One unit under supervision. Its operations queue: each begins when the one before has ended. */
export interface SupervisedUnit {
  readonly view: () => Unit;
  readonly start: (record: UnitRecord) => Promise<void>;
  readonly stop: () => Promise<void>;
  readonly restart: () => Promise<void>;
  readonly remove: () => Promise<void>;
  /** After a supervisor has gone: takes over the process that still runs, or starts another where it should run. */
  readonly adopt: () => Promise<void>;
  /** Looks away and leaves the process running, for the next supervisor. */
  readonly leave: () => void;
}

const firstLookWithinMs = 3000;
const firstDelayMs = 100;
const longestDelayMs = 60_000;
/** A unit that was healthy for so long is trusted again. */
const trustedAfterMs = 60_000;

export interface Surroundings {
  readonly places: Places;
  readonly tell: (event: RuntimeEvent) => void;
  readonly complain: (words: string) => void;
}

export function superviseUnit(first: UnitRecord, { places, tell, complain }: Surroundings): SupervisedUnit {
  const { service } = first;
  let record = first;
  let running: UnitProcess | undefined;
  let health: HealthWatch | undefined;
  let bringBack: NodeJS.Timeout | undefined;
  let attempts = 0;
  let isHeld = false;
  let queue: Promise<unknown> = Promise.resolve();
  let saving: Promise<void> = Promise.resolve();

  async function inTurn(work: () => Promise<void>): Promise<void> {
    const done = queue.then(work);
    queue = done.catch(() => undefined);
    return done;
  }

  function say(kind: RuntimeEvent['kind']): void {
    tell({ service, kind, at: new Date().toISOString() });
  }

  /** A full disk must not end a unit that runs: the record is written again with the next change. */
  async function save(changes: Partial<UnitRecord>): Promise<void> {
    record = { ...record, ...changes };
    saving = saving
      .then(async () => writeRecord(places, record))
      .catch((cause: unknown) => {
        complain(`the record of ${service} was not written: ${messageOf(cause)}`);
      });
    await saving;
  }

  async function launch(): Promise<void> {
    isHeld = false;
    const process = await startProcess(await launchIn(places, record, record.unit.argv), unitPlaces(places, service).log);
    watch(process);
    await save({ process: process.identity, startedAt: new Date().toISOString(), exit: undefined });
    say('start');
  }

  function watch(process: UnitProcess, firstAfterMs?: number): void {
    running = process;
    const { unit } = record;
    health = watchHealth(
      unit.health,
      async () => probe(unit.health.probe, unit.health.timeoutMs, async (argv) => launchIn(places, record, argv)),
      (state) => void (state === 'starting' || say(state)),
      firstAfterMs,
    );
    process.ended.then(
      async ({ code }) => ended(process, code),
      (cause: unknown) => complain(messageOf(cause)),
    );
  }

  async function ended(process: UnitProcess, code: number | undefined): Promise<void> {
    if (running !== process) return;
    if ((health?.healthyMs() ?? 0) >= trustedAfterMs) attempts = 0;
    health?.end();
    running = undefined;
    if (record.isWanted && !isHeld) scheduleBringBack();
    say('die');
    await save({ exit: code === undefined ? undefined : { code } });
    if (!isHeld) await endLeftovers(process.identity, record.account?.uid);
  }

  function scheduleBringBack(): void {
    clearTimeout(bringBack);
    const delayMs = Math.min(longestDelayMs, firstDelayMs * 2 ** attempts);
    attempts++;
    bringBack = setTimeout(() => {
      inTurn(async () => {
        if (running || !record.isWanted || bringBack === undefined) return;
        bringBack = undefined;
        record = { ...record, restarts: record.restarts + 1 };
        await launch();
      }).catch((cause: unknown) => {
        complain(`${service} was not started again: ${messageOf(cause)}`);
        scheduleBringBack();
      });
    }, delayMs);
  }

  async function halt(): Promise<void> {
    isHeld = true;
    clearTimeout(bringBack);
    bringBack = undefined;
    attempts = 0;
    const process = running;
    if (!process) return;
    await endProcess(process, { signal: record.unit.stopSignal, graceMs: record.unit.stopMs, uid: record.account?.uid });
    await ended(process, (await process.ended).code);
  }

  function view(): Unit {
    const state = running ? (health?.state() ?? 'starting') : bringBack ? 'restarting' : 'exited';
    const { digest, release, unit, restarts, startedAt, exit } = record;
    return {
      service,
      state,
      digest,
      release,
      image: unit.image,
      imageId: '',
      restarts,
      startedAt,
      exit: running || !exit ? undefined : { code: exit.code, outOfMemory: false },
      healthOutput: health?.output(),
      enforced: undefined,
    };
  }

  return {
    view,
    start: async (next) =>
      inTurn(async () => {
        await halt();
        record = { ...next, isWanted: true, restarts: 0 };
        await save({});
        await launch();
      }),
    stop: async () =>
      inTurn(async () => {
        await save({ isWanted: false });
        await halt();
      }),
    restart: async () =>
      inTurn(async () => {
        await halt();
        await save({ isWanted: true });
        await launch();
      }),
    remove: async () =>
      inTurn(async () => {
        await save({ isWanted: false });
        await halt();
        await saving;
        await removeRecord(places, service);
        say('remove');
      }),
    adopt: async () =>
      inTurn(async () => {
        const { process, isWanted } = record;
        if (process && (await isAlive(process))) watch(adoptProcess(process), 0);
        else if (isWanted) scheduleBringBack();
        if (!isWanted) await halt();
        // Who asks next shall not be told that everything is starting.
        await Promise.race([health?.looked, sleep(firstLookWithinMs)]);
      }),
    leave: () => {
      isHeld = true;
      clearTimeout(bringBack);
      health?.end();
    },
  };
}
