import type { Container } from './container.ts';

/** One figure of every container: a number, or several by a further label; none where there is nothing to say. */
export interface Figure {
  readonly name: string;
  readonly help: string;
  readonly type: 'gauge' | 'counter';
  readonly by?: string;
  readonly of: (container: Container, lastKill: number | undefined) => number | undefined | Readonly<Record<string, number>>;
}

const states = ['created', 'running', 'paused', 'restarting', 'removing', 'exited', 'dead'] as const;
const statuses = ['healthy', 'unhealthy', 'starting', 'none'] as const;

/**
 * Sets of states have a series for each state, 1 for the one that holds; one that the engine invents later leaves all at 0. Times are
 * times and not ages (https://prometheus.io/docs/practices/instrumentation/#timestamps-not-time-since).
 */
export const figures: readonly Figure[] = [
  {
    name: 'docker_container_state',
    help: '1 for the state that the container is in.',
    type: 'gauge',
    by: 'state',
    of: ({ state }) => setOf(states, state),
  },
  {
    name: 'docker_container_health',
    help: '1 for what the healthcheck of the running container came to; none where it has no healthcheck.',
    type: 'gauge',
    by: 'status',
    of: ({ health }) => health && setOf(statuses, health.status),
  },
  {
    name: 'docker_container_health_failing_streak',
    help: 'Healthchecks that failed since the last one that did not.',
    type: 'gauge',
    of: ({ health }) => health?.failingStreak,
  },
  {
    name: 'docker_container_last_healthcheck_duration_seconds',
    help: 'How long the last healthcheck took.',
    type: 'gauge',
    of: ({ health }) => health?.last?.durationSeconds,
  },
  {
    name: 'docker_container_last_healthcheck_time_seconds',
    help: 'When the last healthcheck ended, since 1970.',
    type: 'gauge',
    of: ({ health }) => health?.last?.endedAt,
  },
  {
    name: 'docker_container_restarts_total',
    help: 'Times that the engine started the container again by itself.',
    type: 'counter',
    of: ({ restarts }) => restarts,
  },
  {
    name: 'docker_container_exit_code',
    help: 'Status with which a container that does not run has ended.',
    type: 'gauge',
    of: ({ exitCode }) => exitCode,
  },
  {
    name: 'docker_container_oom_killed',
    help: '1 where the engine marks the container as killed for memory, in this run or the last.',
    type: 'gauge',
    of: ({ isOomKilled }) => Number(isOomKilled),
  },
  {
    name: 'docker_container_last_oom_time_seconds',
    help: 'When the kernel last ended a process in the container for memory, since 1970.',
    type: 'gauge',
    of: ({ isOomKilled, finishedAt }, lastKill) => latest(lastKill, isOomKilled ? finishedAt : undefined),
  },
  {
    name: 'docker_container_start_time_seconds',
    help: 'When the container was started last, since 1970.',
    type: 'gauge',
    of: ({ startedAt }) => startedAt,
  },
  {
    name: 'docker_container_finish_time_seconds',
    help: 'When the container ended last, since 1970.',
    type: 'gauge',
    of: ({ finishedAt }) => finishedAt,
  },
  {
    name: 'docker_container_limit_missing',
    help: '1 where the container may use as much of it as the machine has.',
    type: 'gauge',
    by: 'limit',
    of: ({ missingLimits: { memory, pids } }) => ({ memory: Number(memory), pids: Number(pids) }),
  },
];

function setOf(all: readonly string[], one: string): Readonly<Record<string, number>> {
  return Object.fromEntries(all.map((each) => [each, Number(each === one)]));
}

function latest(...times: readonly (number | undefined)[]): number | undefined {
  const known = times.filter((time) => time !== undefined);
  return known.length === 0 ? undefined : Math.max(...known);
}
