import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Rules, State } from './scheduler/state.ts';
import { bytesTaken } from './scheduler/state.ts';

export type Result = 'answered' | 'failed' | 'refused' | 'unanswered' | 'left';

/** What the router counts about itself. Models are those of the configuration, never a word of a client. */
export interface Metrics {
  readonly registry: Registry;
  /** `failed` is an error that the model's server gave, `unanswered` one without an answer or in the middle of it, `left` a client that went. */
  request(model: string, result: Result): void;
  waited(model: string, seconds: number): void;
  moved(model: string, kind: 'load' | 'unload', result: 'done' | 'failed', seconds: number): void;
  /** From now on shows what is resident and who waits. */
  watch(rules: Rules, state: () => State): void;
}

export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const requests = new Counter({
    name: 'model_router_requests_total',
    help: 'Requests that named a model, by how they ended.',
    labelNames: ['model', 'result'],
    registers,
  });
  const waits = new Histogram({
    name: 'model_router_wait_seconds',
    help: 'How long requests waited for their model.',
    labelNames: ['model'],
    buckets: [0.01, 0.1, 1, 5, 15, 60, 300, 600],
    registers,
  });
  const moves = new Histogram({
    name: 'model_router_move_seconds',
    help: 'How long models took to become resident (load) or to go (unload).',
    labelNames: ['model', 'kind', 'result'],
    buckets: [0.1, 0.5, 2, 5, 15, 60, 300, 1200],
    registers,
  });
  collectDefaultMetrics({ register: registry });
  return {
    registry,
    request: (model, result) => requests.inc({ model, result }),
    waited: (model, seconds) => waits.observe({ model }, seconds),
    moved: (model, kind, result, seconds) => moves.observe({ model, kind, result }, seconds),
    watch: (rules, state) => showState(registers, rules, state),
  };
}

function showState(registers: Registry[], rules: Rules, state: () => State): void {
  gaugeOf(registers, state, 'model_router_waiting', 'Requests that wait for a model.', ({ waiting }) => waiting.length);
  gaugeOf(registers, state, 'model_router_open', 'Requests that a model is answering.', ({ open }) => open);
  gaugeOf(registers, state, 'model_router_resident', '1 while a model can answer at once.', ({ residence }) =>
    Number(residence.kind === 'in'),
  );
  const memory = new Gauge({
    name: 'model_router_memory_bytes',
    help: "The card's memory that models may take, and that they take.",
    labelNames: ['kind'],
    registers,
    collect() {
      memory.set({ kind: 'budget' }, rules.bytes);
      memory.set({ kind: 'taken' }, bytesTaken(state(), rules));
    },
  });
}

function gaugeOf(registers: Registry[], state: () => State, name: string, help: string, valueOf: (model: State[string]) => number): void {
  const gauge = new Gauge({
    name,
    help,
    labelNames: ['model'],
    registers,
    collect() {
      for (const [model, known] of Object.entries(state())) gauge.set({ model }, valueOf(known));
    },
  });
}
