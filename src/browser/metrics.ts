import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';

/** What the browser service counts about itself. */
export interface Metrics {
  readonly registry: Registry;
  /** `what` is the last part of the path, `result` one of few words. */
  readonly answered: (what: string, result: string, seconds: number) => void;
  readonly pages: (open: number, waiting: number) => void;
  readonly waited: (seconds: number) => void;
  readonly started: () => void;
  readonly crashed: () => void;
  readonly refused: () => void;
  readonly up: (isUp: boolean) => void;
}

const seconds = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 40, 80];

export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const counter = (name: string, help: string): Counter => new Counter({ name, help, registers });
  const gauge = (name: string, help: string): Gauge => new Gauge({ name, help, registers });
  const requests = new Counter({
    name: 'browser_requests_total',
    help: 'Requests, by what was wanted and the result.',
    labelNames: ['what', 'result'],
    registers,
  });
  const duration = new Histogram({
    name: 'browser_request_duration_seconds',
    help: 'Time to answer, with waiting for a page.',
    labelNames: ['what'],
    buckets: seconds,
    registers,
  });
  const wait = new Histogram({
    name: 'browser_wait_seconds',
    help: 'Time that requests waited for their turn.',
    buckets: seconds,
    registers,
  });
  const open = gauge('browser_pages_open', 'Pages that are open.');
  const waiting = gauge('browser_requests_waiting', 'Requests that wait for a page.');
  const up = gauge('browser_up', '1 while Chromium answers.');
  const starts = counter('browser_starts_total', 'How often Chromium was started.');
  const crashes = counter('browser_crashes_total', 'How often Chromium ended by itself.');
  const refused = counter('browser_refused_connections_total', 'Connections of pages to inner networks that were refused.');
  collectDefaultMetrics({ register: registry });
  return {
    registry,
    answered(what, result, took) {
      requests.inc({ what, result });
      duration.observe({ what }, took);
    },
    pages(nowOpen, nowWaiting) {
      open.set(nowOpen);
      waiting.set(nowWaiting);
    },
    waited(took) {
      wait.observe(took);
    },
    started() {
      starts.inc();
    },
    crashed() {
      crashes.inc();
    },
    refused() {
      refused.inc();
    },
    up(isUp) {
      up.set(isUp ? 1 : 0);
    },
  };
}
