import { defineService, http, rendered, volume } from '../../service/index.ts';

export const caddy = defineService('caddy', {
  title: 'Caddy',
  summary: 'The edge: ends TLS, asks the sign-on server who may pass, and forwards.',
  docs: 'https://caddyserver.com/docs/',
  licence: 'Apache-2.0',
  category: 'edge',
  image: 'caddy:2.11.2',
  debian: 'caddy',
  user: '1000:1000',

  // `status` answers /healthz and /metrics inside only; the admin API stays on the unit's own loopback.
  ports: { http: http(80), https: http(443), status: http(2020) },
  publish: ['http', 'https'],
  provides: { edge: { port: 'https' } },
  volumes: {
    data: volume('/data', { role: 'data', backup: 'daily' }),
    config: volume('/config', { role: 'cache', backup: { skip: 'Caddy writes its last configuration here; the Caddyfile is rendered' } }),
  },

  health: { port: 'status', path: '/healthz' },
  metrics: { port: 'status', path: '/metrics' },
  smoke: { path: '/metrics', port: 'status', expect: { text: 'caddy_' } },
  limits: { memory: '256MiB', cpus: 1 },
  allow: {
    capabilities: {
      NET_BIND_SERVICE: "upstream's program carries it as a file capability, and the kernel starts it only where it may be had",
    },
  },
  alerts: [
    {
      name: 'EdgeAnswersWithErrors',
      expr: 'sum(rate(caddy_http_request_duration_seconds_count{code=~"5.."}[5m])) / sum(rate(caddy_http_request_duration_seconds_count[5m])) > 0.05',
      for: '10m',
      severity: 'warning',
      summary: 'More than one in twenty answers of the edge is a server error.',
    },
  ],
  dashboard: [
    { title: 'Answers', expr: 'sum by (code) (rate(caddy_http_request_duration_seconds_count{handler="subroute"}[5m]))', unit: 'reqps' },
    {
      title: 'Slowest answer in 20',
      expr: 'histogram_quantile(0.95, sum by (le) (rate(caddy_http_request_duration_seconds_bucket{handler="subroute"}[5m])))',
      unit: 's',
    },
    { title: 'Sent to visitors', expr: 'sum(rate(caddy_http_response_size_bytes_sum{handler="subroute"}[5m]))', unit: 'binBps' },
    { title: 'Services that take connections', expr: 'min by (upstream) (caddy_reverse_proxy_upstreams_healthy)', unit: 'short' },
  ],
  logs: [{ pattern: 'could not get certificate from issuer', means: 'The public authority refused: the host must lead to port 80 here.' }],

  env: ({ here }) => ({ XDG_DATA_HOME: here.volume.data, XDG_CONFIG_HOME: here.volume.config }),
  command: ({ here }) => ['caddy', 'run', '--config', here.file.caddyfile, '--adapter', 'caddyfile'],
  files: { caddyfile: { path: '/etc/caddy/Caddyfile', content: () => rendered('caddyfile') } },
  process: {
    packages: ['caddy'],
    argv: ({ here }) => ['caddy', 'run', '--config', here.file.caddyfile, '--adapter', 'caddyfile'],
  },
});
