import { defineService, http, volume } from '../../service/index.ts';

/**
 * ntfy's own accounts cannot come from the directory, so it has none: the edge lets members in, and services of the cluster
 * publish to it directly. Its mobile app cannot pass a sign-in page; the web app, installed on a phone, can.
 */
export const ntfy = defineService('ntfy', {
  title: 'ntfy',
  summary: 'Push notifications: alerts of the cluster, and messages of your own scripts.',
  docs: 'https://docs.ntfy.sh/config/',
  licence: 'Apache-2.0 OR GPL-2.0-only',
  category: 'communication',
  image: 'binwiederhier/ntfy:v2.11.0',
  debian: 'ntfy',
  user: '1000:1000',

  ports: { web: http(80), metrics: http(9095) },
  provides: { notify: { port: 'web' } },
  volumes: { cache: volume('/var/cache/ntfy', { role: 'cache', backup: { skip: 'messages are kept for a week at most' } }) },

  route: { port: 'web', access: { groups: ['viewer'] } },
  health: { port: 'web', path: '/v1/health' },
  metrics: { port: 'metrics', path: '/metrics' },
  smoke: { path: '/v1/health', expect: { text: '"healthy":true' } },
  limits: { memory: '128MiB', cpus: 0.5 },
  alerts: [
    {
      name: 'MessagesNotPublished',
      expr: 'increase(ntfy_messages_published_failure[15m]) > 10',
      for: '5m',
      severity: 'warning',
      summary: 'More than ten messages were refused in a quarter of an hour.',
    },
  ],
  dashboard: [
    { title: 'Messages', expr: 'rate(ntfy_messages_published_success[5m])', unit: 'ops' },
    { title: 'Messages refused', expr: 'rate(ntfy_messages_published_failure[5m])', unit: 'ops' },
    { title: 'Subscribers', expr: 'ntfy_subscribers_total', unit: 'short' },
    { title: 'Answers', expr: 'sum by (http_code) (rate(ntfy_http_requests_total[5m]))', unit: 'reqps' },
  ],
  logs: [{ pattern: 'unable to open database file', means: 'The folder of its cache or of its accounts is missing, or not its own.' }],

  env: ({ url, here }) => ({
    NTFY_BASE_URL: url,
    NTFY_BEHIND_PROXY: true,
    NTFY_LISTEN_HTTP: `${here.listen.web.address}:${here.listen.web.port}`,
    NTFY_ENABLE_METRICS: true,
    NTFY_METRICS_LISTEN_HTTP: `${here.listen.metrics.address}:${here.listen.metrics.port}`,
    NTFY_CACHE_FILE: `${here.volume.cache}/messages.db`,
    NTFY_CACHE_DURATION: '168h',
    NTFY_ATTACHMENT_CACHE_DIR: `${here.volume.cache}/attachments`,
  }),
  command: () => ['serve'],
  process: { packages: ['ntfy'], argv: () => ['ntfy', 'serve'] },
});
