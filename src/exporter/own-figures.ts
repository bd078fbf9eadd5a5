import { Counter, Gauge, Registry, collectDefaultMetrics } from 'prom-client';
import type { MemoryKills } from './memory-kills.ts';
import type { Outcome } from './shared-looks.ts';

/** What the exporter says about itself, with the engine or without. */
export interface OwnFigures {
  readonly contentType: string;
  count(outcome: Outcome): void;
  print(): Promise<string>;
}

/** `docker_up` as an exporter should have it (https://prometheus.io/docs/instrumenting/writing_exporters/#failed-scrapes). */
export function createOwnFigures(kills: Pick<MemoryKills, 'isWatched'>): OwnFigures {
  const registry = new Registry();
  const registers = [registry];
  const up = new Gauge({ name: 'docker_up', help: '1 where the engine answered the last look; if not, it has no figures.', registers });
  const looks = new Counter({
    name: 'docker_exporter_looks_total',
    help: 'Looks at the engine, by what became of them.',
    labelNames: ['result'],
    registers,
  });
  const duration = new Gauge({ name: 'docker_exporter_look_duration_seconds', help: 'How long the last look took.', registers });
  const answered = new Gauge({
    name: 'docker_exporter_last_answer_time_seconds',
    help: 'When the engine last answered a look, since 1970; 0 for never.',
    registers,
  });
  const watched = new Gauge({
    name: 'docker_exporter_kills_watched',
    help: '1 while the engine tells when a container is killed for memory.',
    registers,
  });
  for (const result of ['answered', 'failed']) looks.inc({ result }, 0);
  collectDefaultMetrics({ register: registry });
  return {
    contentType: registry.contentType,
    count(outcome) {
      looks.inc({ result: outcome.kind });
      duration.set(outcome.durationSeconds);
      up.set(Number(outcome.kind === 'answered'));
      if (outcome.kind === 'answered') answered.set(outcome.at);
    },
    async print() {
      watched.set(Number(kills.isWatched()));
      return await registry.metrics();
    },
  };
}
