import { timeLimit } from '../kit/time-limit.ts';
import { messageOf } from '../kit/errors.ts';
import { type Log, safeText } from '../kit/log.ts';
import type { Metrics } from './metrics.ts';
import { type Decision, type Event, initialState, type Refusal, type Rules, type State } from './scheduler/state.ts';
import { step } from './scheduler/step.ts';
import type { ModelServer } from './servers/server.ts';

/** A place at a model's server. `release` is called exactly once, when the answer has ended one way or the other. */
export interface Lease {
  readonly url: string;
  release(): void;
}

/** Why a request is not answered: it is to come back later, or its model cannot be made resident. */
export class Refused extends Error {
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(refusal.reason === '' ? refusal.kind : refusal.reason);
    this.refusal = refusal;
  }
}

export interface DeskOptions {
  readonly rules: Rules;
  readonly servers: Readonly<Record<string, ModelServer>>;
  /** For one load or unload. */
  readonly moveMs: number;
  /** How often each server is looked at. */
  readonly lookMs: number;
  readonly metrics: Metrics;
  readonly log: Log;
}

/** Where requests wait for their model. The scheduler decides; here it is done. */
export interface Desk {
  /** Waits until the model is resident and has a place. Throws {@link Refused}, or the signal's reason where the client has gone. */
  enter(model: string, signal: AbortSignal): Promise<Lease>;
  /** Something went wrong with a resident model's server: looks at it at once. */
  suspect(model: string): void;
  state(): State;
  /** Looks at every server until the signal is aborted; then ends what the router has started. */
  run(signal: AbortSignal): Promise<void>;
}

interface Pending {
  admit(lease: Lease): void;
  refuse(cause: Refused): void;
}

export function createDesk({ rules, servers, moveMs, lookMs, metrics, log }: DeskOptions): Desk {
  let state = initialState(rules, Date.now());
  let ticket = 0;
  let timer: NodeJS.Timeout | undefined;
  const pending = new Map<number, Pending>();
  const looking = new Map<string, Promise<void>>();
  /** Counts the beginnings and ends of each model's loads and unloads: what was seen across one of them says nothing. */
  const moves = new Map<string, number>();
  const ending = new AbortController();

  const tell = (event: Event): void => {
    const now = Date.now();
    const next = step(state, rules, event, now);
    state = next.state;
    clearTimeout(timer);
    if (next.wakeAt !== undefined) timer = setTimeout(() => tell({ kind: 'tick' }), Math.min(next.wakeAt - now, 60_000)).unref();
    for (const decision of next.decisions) act(decision);
  };

  const act = (decision: Decision): void => {
    const { model } = decision;
    switch (decision.kind) {
      case 'admit':
        pending.get(decision.ticket)?.admit(leaseOf(model));
        break;
      case 'refuse':
        pending.get(decision.ticket)?.refuse(new Refused(decision.refusal));
        break;
      case 'load':
      case 'unload':
        void move(model, decision.kind);
    }
  };

  const count = (model: string): void => void moves.set(model, (moves.get(model) ?? 0) + 1);

  const move = async (model: string, kind: 'load' | 'unload'): Promise<void> => {
    const began = performance.now();
    const limit = timeLimit(ending.signal, moveMs);
    count(model);
    try {
      await servers[model]?.[kind](limit.signal);
      const seconds = (performance.now() - began) / 1000;
      metrics.moved(model, kind, 'done', seconds);
      log.info({ event: kind, model, seconds: Math.round(seconds * 10) / 10 }, kind === 'load' ? 'model is resident' : 'model has gone');
      count(model);
      tell({ kind: kind === 'load' ? 'loaded' : 'unloaded', model });
    } catch (cause) {
      const reason = limit.isOver() ? `not done in ${moveMs / 1000} s: ${messageOf(cause)}` : messageOf(cause);
      metrics.moved(model, kind, 'failed', (performance.now() - began) / 1000);
      log.error({ event: `${kind}.failed`, model, cause: safeText(reason, 300) }, `model could not be ${kind}ed`);
      count(model);
      tell(kind === 'load' ? { kind: 'load-failed', model, reason: safeText(reason, 300) } : { kind: 'unload-failed', model });
      // A look that began before this does not count.
      void (looking.get(model) ?? Promise.resolve()).then(async () => look(model));
    } finally {
      limit.clear();
    }
  };

  const look = async (model: string): Promise<void> => {
    const under = looking.get(model);
    if (under) return await under;
    const before = moves.get(model);
    const seen = (async () => {
      const as = (await servers[model]?.observe(ending.signal, () => (state[model]?.open ?? 0) > 0).catch(() => undefined)) ?? 'unknown';
      if (moves.get(model) === before && !ending.signal.aborted) tell({ kind: 'seen', model, as });
    })().finally(() => looking.delete(model));
    looking.set(model, seen);
    await seen;
  };

  const leaseOf = (model: string): Lease => {
    const began = performance.now();
    let isOpen = true;
    return {
      url: servers[model]?.url() ?? '',
      release() {
        if (!isOpen) return;
        isOpen = false;
        tell({ kind: 'done', model, tookMs: performance.now() - began });
      },
    };
  };

  return {
    async enter(model, signal) {
      signal.throwIfAborted();
      const mine = (ticket += 1);
      const served = new AbortController();
      try {
        return await new Promise<Lease>((resolve, reject) => {
          pending.set(mine, { admit: resolve, refuse: reject });
          const leave = (): void => {
            tell({ kind: 'leave', model, ticket: mine });
            reject(new Error('the client has gone'));
          };
          signal.addEventListener('abort', leave, { signal: served.signal });
          tell({ kind: 'ask', model, ticket: mine });
        });
      } finally {
        served.abort();
        pending.delete(mine);
      }
    },
    suspect: (model) => void look(model),
    state: () => state,
    async run(signal) {
      const lookAtAll = (): void => void Promise.all(Object.keys(servers).map(look));
      const looks = setInterval(lookAtAll, lookMs);
      lookAtAll();
      if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
      clearInterval(looks);
      clearTimeout(timer);
      ending.abort();
      await Promise.all(Object.values(servers).map(async (server) => server.close()));
    },
  };
}
