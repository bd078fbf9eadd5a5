import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Task } from './models.ts';

/** `cut` is an answer that ended in the middle, `gone` a client that did not wait for it. */
export type Result = 'answered' | 'refused' | 'busy' | 'failed' | 'cut' | 'gone';

/** What the gateway counts about itself. */
export interface Metrics {
  readonly registry: Registry;
  request(task: Task, result: Result, seconds: number): void;
  /** A back end's answer to one request. */
  answer(task: Task, backend: string): void;
  /** A back end was asked, or passed over, in vain, and the next one's turn came. */
  fallback(task: Task, backend: string, reason: 'away' | 'failed' | 'slow'): void;
  backend(task: Task, backend: string, isUp: boolean): void;
}

export function createMetrics(running: (task: Task) => number): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const requests = new Counter({
    name: 'speech_gateway_requests_total',
    help: 'Requests by task and result.',
    labelNames: ['task', 'result'],
    registers,
  });
  const answers = new Counter({
    name: 'speech_gateway_answers_total',
    help: 'Answers by the back end that gave them.',
    labelNames: ['task', 'backend'],
    registers,
  });
  const fallbacks = new Counter({
    name: 'speech_gateway_fallbacks_total',
    help: 'Times that the next back end had to answer in place of this one.',
    labelNames: ['task', 'backend', 'reason'],
    registers,
  });
  const duration = new Histogram({
    name: 'speech_gateway_request_duration_seconds',
    help: 'Time until the whole answer was given.',
    labelNames: ['task'],
    buckets: [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900],
    registers,
  });
  const up = new Gauge({
    name: 'speech_gateway_backend_up',
    help: '1 while the back end is there.',
    labelNames: ['task', 'backend'],
    registers,
  });
  const atWork = new Gauge({
    name: 'speech_gateway_running',
    help: 'Requests that are worked on.',
    labelNames: ['task'],
    registers: [],
    collect() {
      for (const task of ['transcription', 'speech'] as const) this.set({ task }, running(task));
    },
  });
  registry.registerMetric(atWork);
  collectDefaultMetrics({ register: registry });
  return {
    registry,
    request(task, result, seconds) {
      requests.inc({ task, result });
      duration.observe({ task }, seconds);
    },
    answer(task, backend) {
      answers.inc({ task, backend });
    },
    fallback(task, backend, reason) {
      fallbacks.inc({ task, backend, reason });
    },
    backend(task, backend, isUp) {
      up.set({ task, backend }, isUp ? 1 : 0);
    },
  };
}
