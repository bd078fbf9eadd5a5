import { engine } from '../../contracts/index.ts';
import { defineService, http } from '../../service/index.ts';

const own = 'scope="cluster"';
/** Status of what somebody stopped: by a signal from the keyboard, by SIGKILL and by SIGTERM. */
const stopped = '!= 130 != 137 != 143';
/** What restarts often and is scraped is told of by the general alert TargetRestarting. */
const toldOf = 'unless on (service) changes(process_start_time_seconds[15m]) > 3';

/** Part of this project, so there is no image of another's to prefer. Alerts are about this cluster; the figures are of every container. */
export const dockerHealthExporter = defineService('docker-health-exporter', {
  title: 'Docker health exporter',
  summary: 'Which containers are healthy, which restart, and which were killed for memory.',
  docs: 'https://docs.docker.com/reference/api/engine/version/v1.41/',
  licence: 'Apache-2.0',
  category: 'monitoring',
  debian: 'core',
  user: '10001:10001',

  ports: { web: http(9066) },
  needs: { docker: engine() },
  health: { port: 'web', path: '/health' },
  metrics: { port: 'web', path: '/metrics' },
  smoke: { path: '/metrics', expect: { text: 'docker_container_health{' } },
  limits: { memory: '192MiB', cpus: 0.5 },
  alerts: [
    {
      name: 'EngineUnanswered',
      expr: 'docker_up == 0',
      for: '2m',
      severity: 'critical',
      summary: 'The engine does not answer: nobody knows which containers are healthy.',
    },
    {
      name: 'ContainersUnread',
      expr: 'docker_exporter_containers_unread > 0 or docker_exporter_kills_watched == 0 and docker_up == 1',
      for: '10m',
      severity: 'warning',
      summary: 'The engine describes some containers no more, or does not tell which are killed for memory.',
    },
    {
      name: 'ContainerUnhealthy',
      expr: `docker_container_health{${own}, status="unhealthy"} == 1`,
      for: '2m',
      severity: 'warning',
      summary: 'The healthcheck of container {{ $labels.name }} has been failing for two minutes.',
    },
    {
      name: 'ContainerRestartsOften',
      expr: `increase(docker_container_restarts_total{${own}}[15m]) > 3 ${toldOf}`,
      for: '1m',
      severity: 'warning',
      summary: 'Container {{ $labels.name }} ended and was started again more than three times within 15 minutes.',
    },
    {
      name: 'ContainerKilledForMemory',
      expr: `time() - docker_container_last_oom_time_seconds{${own}} < 900`,
      for: '0m',
      severity: 'warning',
      summary: 'A process of container {{ $labels.name }} was ended for memory: raise its limits.memory.',
    },
    {
      name: 'ContainerExited',
      expr: `docker_container_exit_code{${own}} > 0 ${stopped} and on (name) docker_container_state{state="exited"} == 1`,
      for: '5m',
      severity: 'warning',
      summary: 'Container {{ $labels.name }} ended with status {{ $value }}, and nobody started it again.',
    },
    {
      name: 'ContainerStuck',
      expr: `docker_container_state{${own}, state=~"created|paused|removing|dead"} == 1`,
      for: '15m',
      severity: 'warning',
      summary: 'Container {{ $labels.name }} has been {{ $labels.state }} for a quarter of an hour.',
    },
  ],
  dashboard: [
    { title: 'Containers by health', expr: `sum by (status) (docker_container_health{${own}})`, unit: 'short', legend: '{{status}}' },
    {
      title: 'Healthchecks that failed in a row',
      expr: `docker_container_health_failing_streak{${own}} > 0`,
      unit: 'short',
      legend: '{{name}}',
    },
    {
      title: 'Slowest healthchecks',
      expr: `topk(10, docker_container_last_healthcheck_duration_seconds{${own}})`,
      unit: 's',
      legend: '{{name}}',
    },
    { title: 'Restarts', expr: `increase(docker_container_restarts_total{${own}}[15m]) > 0`, unit: 'short', legend: '{{name}}' },
    {
      title: 'Running without a limit, on the machine',
      expr: 'sum by (limit) (docker_container_limit_missing and on (name) docker_container_state{state="running"} == 1)',
      unit: 'short',
      legend: '{{limit}}',
    },
    { title: 'Time to look at all', expr: 'docker_exporter_look_duration_seconds', unit: 's' },
  ],
  logs: [
    { pattern: '"event":"engine.away"', means: 'docker-socket-proxy is missing, or cannot reach the engine.' },
    { pattern: '"event":"containers.unread"', means: 'The engine is slow, or a container hangs in it: "docker inspect" shows which.' },
    { pattern: '"event":"kills.unwatched"', means: "The engine's events cannot be read, so kills for memory go unseen." },
  ],

  env: ({ docker, cluster, here: { listen } }) => ({
    DOCKER_HOST: docker.url,
    DATAMANCY_CLUSTER: cluster.name,
    DATAMANCY_LISTEN: `${listen.web.address}:${listen.web.port}`,
  }),
  command: () => ['docker-health-exporter'],
});
