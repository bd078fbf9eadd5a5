/** What the scheduler knows of one model before anything happens. Sizes in bytes, times in milliseconds. */
interface ModelRules {
  /** Memory of the card that it takes while it is resident; 0 for one that takes none. */
  readonly bytes: number;
  /** Requests that its server is given at once. */
  readonly parallel: number;
  /** Put to sleep after so long without a request; absent for never. */
  readonly idleMs?: number | undefined;
}

export interface Rules {
  /** Memory that all resident models together may take. */
  readonly bytes: number;
  /** A model at work stays at least so long once it is resident: what keeps two from taking turns with every request. */
  readonly minimumStayMs: number;
  /** One without work gives its place away this long after its last request, which is seldom the last of its conversation. */
  readonly lingerMs: number;
  /** How long a request waits before resident models get no new requests for its sake. */
  readonly patienceMs: number;
  /** Requests that may wait for one model, and for all together, and for how long. One may wait for each model in any case. */
  readonly waiting: { readonly each: number; readonly together: number; readonly ms: number };
  readonly models: Readonly<Record<string, ModelRules>>;
}

/** `unknown` has not been seen yet and is counted as if it were resident; `out` is asleep, stopped or away; `pinned` cannot be put to sleep. */
type Residence =
  | { readonly kind: 'unknown' }
  | { readonly kind: 'out' }
  | { readonly kind: 'loading'; readonly since: number }
  | { readonly kind: 'in'; readonly since: number; readonly pinned: boolean }
  | { readonly kind: 'unloading'; readonly since: number };

interface Waiting {
  readonly ticket: number;
  readonly since: number;
}

export interface ModelState {
  readonly residence: Residence;
  /** Requests that its server is answering. */
  readonly open: number;
  readonly lastUsed: number;
  readonly waiting: readonly Waiting[];
  /** Its last load failed: nobody tries again before `until`. */
  readonly trouble?: { readonly reason: string; readonly until: number; readonly times: number } | undefined;
  /** It could not be put to sleep: nobody tries again before then. */
  readonly heldUntil: number;
  /** Running means of what was measured. */
  readonly loadMs: number | undefined;
  readonly answerMs: number | undefined;
}

export type State = Readonly<Record<string, ModelState>>;

/** What a look at a server says; `unknown` where it gave no answer that can be read. */
export type Sighting = 'in' | 'pinned' | 'out' | 'unknown';

export type Event =
  | { readonly kind: 'ask'; readonly model: string; readonly ticket: number }
  | { readonly kind: 'leave'; readonly model: string; readonly ticket: number }
  | { readonly kind: 'done'; readonly model: string; readonly tookMs: number }
  | { readonly kind: 'seen'; readonly model: string; readonly as: Sighting }
  | { readonly kind: 'loaded'; readonly model: string }
  | { readonly kind: 'load-failed'; readonly model: string; readonly reason: string }
  | { readonly kind: 'unloaded'; readonly model: string }
  | { readonly kind: 'unload-failed'; readonly model: string }
  | { readonly kind: 'tick' };

/** `full`: too many wait already. `waited`: its turn did not come in time. `trouble`: the model's server could not be started or woken. */
export interface Refusal {
  readonly kind: 'full' | 'waited' | 'trouble';
  /** The server's own words, for `trouble`. */
  readonly reason: string;
  readonly retryAfterMs: number;
}

export type Decision =
  | { readonly kind: 'admit'; readonly model: string; readonly ticket: number }
  | { readonly kind: 'refuse'; readonly model: string; readonly ticket: number; readonly refusal: Refusal }
  | { readonly kind: 'load'; readonly model: string }
  | { readonly kind: 'unload'; readonly model: string };

export function initialState({ models }: Rules, now: number): State {
  const fresh: ModelState = {
    residence: { kind: 'unknown' },
    open: 0,
    lastUsed: now,
    waiting: [],
    heldUntil: 0,
    loadMs: undefined,
    answerMs: undefined,
  };
  return Object.fromEntries(Object.keys(models).map((name) => [name, fresh]));
}

/** Bytes that are taken, or will be in a moment, or perhaps. */
export function bytesTaken(state: State, { models }: Rules): number {
  return Object.entries(state).reduce((sum, [name, { residence }]) => sum + (residence.kind === 'out' ? 0 : (models[name]?.bytes ?? 0)), 0);
}
