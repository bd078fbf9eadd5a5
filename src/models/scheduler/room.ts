import type { ModelState, Rules, State } from './state.ts';
import { bytesTaken } from './state.ts';

/** What is to be done about who is resident. Each list is disjoint from the others. */
export interface Plan {
  readonly load: readonly string[];
  /** They answer nothing now. */
  readonly unload: readonly string[];
  /** They get no new requests, so that their place becomes free. */
  readonly drain: ReadonlySet<string>;
}

interface Resident {
  readonly name: string;
  readonly bytes: number;
  readonly model: ModelState;
  readonly staysSince: number;
}

/**
 * Makes room for the models that are asked for, the longest wait first. What fits is loaded. For what does not, models without work give
 * way, the least recently used first; once the wait is longer than the owner's patience, models at work are drained too, and nobody
 * behind may take what becomes free. One that would not fit though all went that can go holds up nobody.
 */
export function planRoom(state: State, rules: Rules, now: number): Plan {
  let free = rules.bytes - bytesTaken(state, rules);
  const unload = new Set([...overBudget(state, rules, now), ...idleTooLong(state, rules, now)]);
  const drain = new Set<string>();
  const load: string[] = [];
  const fixed = sumOf(state, rules, (_, { residence }) => residence.kind === 'unknown' || (residence.kind === 'in' && residence.pinned));
  let coming = sumOf(state, rules, (name, { residence }) => residence.kind === 'unloading' || unload.has(name));
  for (const { name, since } of wantedModels(state)) {
    const bytes = rules.models[name]?.bytes ?? 0;
    // One that takes none needs no room, though somebody else has woken too many.
    if (bytes <= Math.max(free, 0)) {
      load.push(name);
      free -= bytes;
      continue;
    }
    if (bytes > rules.bytes - fixed) continue;
    const isImpatient = now - since >= rules.patienceMs;
    const missing = bytes - free - coming;
    if (missing > 0) {
      const chosen = chooseVictims(movable(state, rules, now, isImpatient, unload), missing);
      for (const { name: victim, model } of chosen) (model.open === 0 ? unload : drain).add(victim);
      if (chosen.length === 0 && !isImpatient) continue;
      coming += chosen.reduce((sum, victim) => sum + victim.bytes, 0);
    }
    break;
  }
  return { load, unload: [...unload], drain };
}

/** Models that somebody waits for and that are not resident, the longest wait first. */
export function wantedModels(state: State): readonly { readonly name: string; readonly since: number }[] {
  return Object.entries(state)
    .flatMap(([name, { residence, waiting }]) => {
      const [first] = waiting;
      return residence.kind === 'out' && first ? [{ name, since: first.since }] : [];
    })
    .toSorted((a, b) => a.since - b.since);
}

/**
 * When a resident model may be asked to go for another one's sake; undefined for one that has to be let alone. Without work it stays no
 * longer than its load took, so that no more than half of the time goes into loads.
 */
export function mayGoAt(model: ModelState, { minimumStayMs, lingerMs }: Rules, isImpatient: boolean): number | undefined {
  const { residence, heldUntil, lastUsed, loadMs = 0 } = model;
  if (residence.kind !== 'in' || residence.pinned) return undefined;
  if (isIdle(model)) {
    const stayed = residence.since + Math.min(minimumStayMs, loadMs);
    return Math.max(stayed, heldUntil, lastUsed + (isImpatient ? 0 : lingerMs));
  }
  return isImpatient ? Math.max(residence.since + minimumStayMs, heldUntil) : undefined;
}

function movable(state: State, rules: Rules, now: number, isImpatient: boolean, gone: ReadonlySet<string>): readonly Resident[] {
  return residents(state, rules).filter(({ name, model }) => {
    const at = mayGoAt(model, rules, isImpatient);
    return !gone.has(name) && at !== undefined && at <= now;
  });
}

function residents(state: State, rules: Rules): readonly Resident[] {
  return Object.entries(state).flatMap(([name, model]) => {
    const bytes = rules.models[name]?.bytes ?? 0;
    return model.residence.kind === 'in' && !model.residence.pinned && bytes > 0
      ? [{ name, bytes, model, staysSince: model.residence.since }]
      : [];
  });
}

/** Those that together make at least so much room, and none that is not needed for it; nobody where all of them would not be enough. */
function chooseVictims(from: readonly Resident[], missing: number): readonly Resident[] {
  const idle = from.filter(({ model }) => isIdle(model)).toSorted((a, b) => a.model.lastUsed - b.model.lastUsed);
  // All of these are in use this moment, so the one that had its place longest goes; that order does not change while they are drained.
  const busy = from.filter(({ model }) => !isIdle(model)).toSorted((a, b) => a.staysSince - b.staysSince);
  const chosen: Resident[] = [];
  let room = 0;
  for (const one of [...idle, ...busy]) {
    if (room >= missing) break;
    chosen.push(one);
    room += one.bytes;
  }
  if (room < missing) return [];
  return chosen.filter(({ bytes }) => {
    const isNeeded = room - bytes < missing;
    if (!isNeeded) room -= bytes;
    return isNeeded;
  });
}

function isIdle({ open, waiting }: ModelState): boolean {
  return open === 0 && waiting.length === 0;
}

/** More is seen to be resident than may be, because somebody else woke a server or the owner chose a smaller budget. */
function overBudget(state: State, rules: Rules, now: number): readonly string[] {
  const staying = sumOf(state, rules, (_, { residence }) => residence.kind === 'in' || residence.kind === 'loading');
  const idle = residents(state, rules)
    .filter(({ model }) => isIdle(model) && model.heldUntil <= now)
    .toSorted((a, b) => a.model.lastUsed - b.model.lastUsed);
  let left = staying - rules.bytes;
  return idle.flatMap(({ name, bytes }) => {
    if (left <= 0) return [];
    left -= bytes;
    return [name];
  });
}

function idleTooLong(state: State, rules: Rules, now: number): readonly string[] {
  return Object.entries(state).flatMap(([name, model]) => {
    const at = idleAt(name, model, rules);
    return at !== undefined && at <= now ? [name] : [];
  });
}

/** When a model that nobody asks for is put to sleep. */
export function idleAt(name: string, model: ModelState, { models }: Rules): number | undefined {
  const idleMs = models[name]?.idleMs;
  if (idleMs === undefined || !isIdle(model) || model.residence.kind !== 'in' || model.residence.pinned) return undefined;
  return Math.max(model.lastUsed + idleMs, model.heldUntil);
}

function sumOf(state: State, { models }: Rules, counts: (name: string, model: ModelState) => boolean): number {
  return Object.entries(state).reduce((sum, [name, model]) => sum + (counts(name, model) ? (models[name]?.bytes ?? 0) : 0), 0);
}
