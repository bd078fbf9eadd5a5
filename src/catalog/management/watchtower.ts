import { engineControl, reach, secret } from '../../contracts/index.ts';
import { defineService, http } from '../../service/index.ts';

/**
 * It tells of newer images and changes nothing: `datamancy update` does that, with a snapshot before it. To compare, it has the engine
 * pull them. This is the fork that goes on; the first Watchtower ended in 2025 and engines from 29 on refuse it.
 */
export const watchtower = defineService('watchtower', {
  title: 'Watchtower',
  summary: 'Tells once a day which images have a newer build under the same tag.',
  docs: 'https://github.com/nicholas-fedor/watchtower/tree/v1.21.0/docs/configuration',
  licence: 'Apache-2.0',
  category: 'management',
  image: 'nickfedor/watchtower:1.21.0',
  user: '65534:65534',

  ports: { web: http(8080) },
  needs: { engine: engineControl(), told: reach('notify'), key: secret({ kind: 'hex', bytes: 32 }) },
  // The image holds this one program, whose check says no more than that it can be started; whether it works, its figures show.
  health: { command: ['/watchtower', '--health-check'] },
  metrics: { port: 'web', path: '/v1/metrics', token: 'key' },
  dashboard: [
    { title: 'Looked for newer images', expr: 'increase(watchtower_scans_total[1d])', unit: 'short' },
    { title: 'Containers compared', expr: 'watchtower_containers_scanned', unit: 'short' },
    { title: 'Could not be compared', expr: 'watchtower_containers_failed', unit: 'short' },
  ],
  limits: { memory: '96MiB', cpus: 0.5 },
  logs: [
    { pattern: 'Cannot connect to the Docker daemon', means: 'docker-control-proxy is missing, or cannot reach the engine.' },
    { pattern: 'toomanyrequests|429 Too Many Requests', means: 'The registry counts how often it is asked: it answers again tomorrow.' },
  ],

  env: ({ engine, told, key, cluster }) => ({
    DOCKER_HOST: engine.url,
    WATCHTOWER_MONITOR_ONLY: true,
    WATCHTOWER_HTTP_API_ENDPOINTS: 'health,metrics',
    WATCHTOWER_HTTP_API_TOKEN: key,
    WATCHTOWER_SCHEDULE: '0 0 5 * * *',
    WATCHTOWER_NO_STARTUP_MESSAGE: true,
    WATCHTOWER_NOTIFICATIONS_HOSTNAME: cluster.name,
    WATCHTOWER_NOTIFICATION_URL: told.targets.map(({ host, port }) => `ntfy://${host}:${port}/updates?scheme=http`).join(' '),
  }),
});
