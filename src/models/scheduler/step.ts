import { idleAt, mayGoAt, planRoom, wantedModels } from './room.ts';
import type { Decision, Event, ModelState, Rules, Sighting, State } from './state.ts';
import { retryAfterMs } from './retry-after.ts';

export interface Step {
  readonly state: State;
  readonly decisions: readonly Decision[];
  /** When to come back with a `tick` at the latest, though nothing else happens. */
  readonly wakeAt: number | undefined;
}

const firstTroubleMs = 2_000;
const longestTroubleMs = 300_000;
const holdMs = 30_000;

/**
 * The whole scheduler: what an event does to the state, and what is to be done now. Decisions follow from the state alone, whatever event
 * came last, and `load` and `unload` are said once: the state remembers that they are under way.
 *
 * What is resident and under way never takes more than the budget, a model is never unloaded while it answers, and each ticket is admitted
 * or refused exactly once unless it leaves.
 */
export function step(state: State, rules: Rules, event: Event, now: number): Step {
  const refused: Decision[] = [];
  const applied = apply(state, rules, event, now, refused);
  const patient = refuseWaiting(applied, rules, now, refused);
  const { load, unload, drain } = planRoom(patient, rules, now);
  const moved = update(update(patient, unload, { kind: 'unloading', since: now }), load, { kind: 'loading', since: now });
  const { state: settled, decisions: admitted } = admit(moved, rules, drain, now);
  return {
    state: settled,
    decisions: [
      ...refused,
      ...unload.map((model): Decision => ({ kind: 'unload', model })),
      ...load.map((model): Decision => ({ kind: 'load', model })),
      ...admitted,
    ],
    wakeAt: nextMoment(settled, rules, now),
  };
}

function apply(state: State, rules: Rules, event: Event, now: number, refused: Decision[]): State {
  if (event.kind === 'tick') return state;
  const before = state[event.model];
  if (!before) return state;
  const after = applyTo(before, event, now);
  if (event.kind !== 'ask') return { ...state, [event.model]: after };
  const together = Object.values(state).reduce((sum, { waiting }) => sum + waiting.length, 0);
  // The first to wait for a model always may, or requests for others could keep it out for ever.
  const isFirst = before.waiting.length === 0;
  if (!isFirst && (before.waiting.length >= rules.waiting.each || together >= rules.waiting.together)) {
    const refusal = { kind: 'full', reason: '', retryAfterMs: retryAfterMs(state, rules, event.model) } as const;
    refused.push({ kind: 'refuse', model: event.model, ticket: event.ticket, refusal });
    return state;
  }
  return { ...state, [event.model]: { ...after, waiting: [...after.waiting, { ticket: event.ticket, since: now }] } };
}

function applyTo(model: ModelState, event: Exclude<Event, { readonly kind: 'tick' }>, now: number): ModelState {
  switch (event.kind) {
    case 'ask':
      return model;
    case 'leave':
      return { ...model, waiting: model.waiting.filter(({ ticket }) => ticket !== event.ticket) };
    case 'done':
      return { ...model, open: Math.max(0, model.open - 1), lastUsed: now, answerMs: mean(model.answerMs, event.tookMs) };
    case 'seen':
      return see(model, event.as, now);
    case 'loaded': {
      const loadMs = model.residence.kind === 'loading' ? mean(model.loadMs, now - model.residence.since) : model.loadMs;
      return { ...model, residence: { kind: 'in', since: now, pinned: false }, lastUsed: now, loadMs, trouble: undefined };
    }
    case 'load-failed': {
      const times = (model.trouble?.times ?? 0) + 1;
      const until = now + Math.min(firstTroubleMs * 2 ** (times - 1), longestTroubleMs);
      return { ...model, residence: { kind: 'unknown' }, trouble: { reason: event.reason, until, times } };
    }
    case 'unloaded':
      return { ...model, residence: { kind: 'out' } };
    case 'unload-failed':
      return { ...model, residence: { kind: 'unknown' }, heldUntil: now + holdMs };
  }
}

/** What is under way ends with an event of its own, so a look meanwhile says nothing. Nor does a busy server that gives no answer. */
function see(model: ModelState, as: Sighting, now: number): ModelState {
  const { residence } = model;
  if (residence.kind === 'loading' || residence.kind === 'unloading') return model;
  if (as === 'out') return { ...model, residence: { kind: 'out' } };
  if (as === 'unknown') return residence.kind === 'in' ? model : { ...model, residence: { kind: 'unknown' } };
  const pinned = as === 'pinned';
  if (residence.kind === 'in') return residence.pinned === pinned ? model : { ...model, residence: { ...residence, pinned } };
  return { ...model, residence: { kind: 'in', since: now, pinned }, lastUsed: now, trouble: undefined };
}

function refuseWaiting(state: State, rules: Rules, now: number, refused: Decision[]): State {
  const stays = Object.entries(state).map(([name, model]) => {
    const { waiting, trouble } = model;
    if (waiting.length === 0) return [name, model] as const;
    if (trouble && trouble.until > now) {
      const refusal = { kind: 'trouble', reason: trouble.reason, retryAfterMs: trouble.until - now } as const;
      refused.push(...waiting.map(({ ticket }): Decision => ({ kind: 'refuse', model: name, ticket, refusal })));
      return [name, { ...model, waiting: [] }] as const;
    }
    const late = waiting.filter(({ since }) => now - since >= rules.waiting.ms);
    if (late.length === 0) return [name, model] as const;
    const refusal = { kind: 'waited', reason: '', retryAfterMs: retryAfterMs(state, rules, name) } as const;
    refused.push(...late.map(({ ticket }): Decision => ({ kind: 'refuse', model: name, ticket, refusal })));
    return [name, { ...model, waiting: waiting.slice(late.length) }] as const;
  });
  return Object.fromEntries(stays);
}

function admit(
  state: State,
  rules: Rules,
  drain: ReadonlySet<string>,
  now: number,
): { readonly state: State; readonly decisions: readonly Decision[] } {
  const decisions: Decision[] = [];
  const after = Object.entries(state).map(([name, model]) => {
    const parallel = rules.models[name]?.parallel ?? 1;
    if (drain.has(name) || !canAdmit(model, parallel) || model.waiting.length === 0) return [name, model] as const;
    const lucky = model.waiting.slice(0, parallel - model.open);
    decisions.push(...lucky.map(({ ticket }): Decision => ({ kind: 'admit', model: name, ticket })));
    return [name, { ...model, open: model.open + lucky.length, lastUsed: now, waiting: model.waiting.slice(lucky.length) }] as const;
  });
  return { state: Object.fromEntries(after), decisions };
}

function canAdmit({ residence, open }: ModelState, parallel: number): boolean {
  return residence.kind === 'in' && open < parallel;
}

function update(state: State, names: readonly string[], residence: ModelState['residence']): State {
  const changed = names.flatMap((name) => (state[name] ? [[name, { ...state[name], residence }] as const] : []));
  return { ...state, ...Object.fromEntries(changed) };
}

/** The earliest moment at which time alone changes what is to be done. */
function nextMoment(state: State, rules: Rules, now: number): number | undefined {
  const wanted = wantedModels(state);
  const moments = Object.entries(state).flatMap(([name, model]) => [
    ...model.waiting.slice(0, 1).map(({ since }) => since + rules.waiting.ms),
    idleAt(name, model, rules),
    ...(wanted.length > 0 ? [mayGoAt(model, rules, false), mayGoAt(model, rules, true)] : []),
  ]);
  const patience = wanted.map(({ since }) => since + rules.patienceMs);
  const ahead = [...moments, ...patience].filter((at) => at !== undefined && at > now) as number[];
  return ahead.length === 0 ? undefined : Math.min(...ahead);
}

/** The last few count most. */
function mean(before: number | undefined, next: number): number {
  return before === undefined ? next : before * 0.7 + next * 0.3;
}
