import { type ReachGrant, reach, secret } from '../../contracts/index.ts';
import { defineService, file, http } from '../../service/index.ts';

/**
 * Part of this project. Programs send `datamancy secrets show browser.token` as a bearer; src/browser/app.ts has the table of what they may
 * ask. Pages have no way out but the daemon's proxy, which refuses inner networks; those that they may reach all the same are named in
 * `services.browser.env.BROWSER_INNER_TARGETS` of cluster.yaml, as `host:port` with spaces between. Engines forbid user namespaces, so
 * Chromium's own sandbox is off there and the container is the one: no capability, no new privileges, a read-only root. What breaks out of
 * Chromium has this container's networks, and its token.
 */
export const browser = defineService('browser', {
  title: 'Browser',
  summary: 'Looks at pages for programs: pictures, text, accessibility, PDF, and whether signing in works.',
  docs: 'https://playwright.dev/docs/api/class-browsercontext',
  licence: 'Apache-2.0',
  category: 'tools',
  debian: 'browser',
  user: '10001:10001',

  ports: { web: http(3000), metrics: http(9464) },
  provides: { browser: { port: 'web' } },
  needs: { token: secret({ kind: 'base64url', bytes: 32 }), edge: reach('edge', 'sign-on') },

  health: { port: 'web', path: '/health' },
  smoke: {
    command: [
      'sh',
      '-c',
      'wget -qO- --header "Authorization: Bearer $(cat "$BROWSER_TOKEN_FILE")" --header "Content-Type: application/json" --post-data \'{"url":"http://check.invalid/"}\' http://127.0.0.1:3000/v1/accessibility',
    ],
    expect: 'button \\"Continue\\"',
  },
  metrics: { port: 'metrics', path: '/metrics' },
  limits: { memory: '2GiB', cpus: 2, pids: 1024 },
  shm: '512MiB',
  tmpfs: [{ path: '/tmp', size: '256MiB' }],
  stopSeconds: 20,
  alerts: [
    {
      name: 'BrowserCrashes',
      expr: 'increase(browser_crashes_total[15m]) > 3',
      for: '1m',
      severity: 'warning',
      summary: 'Chromium ended by itself more than three times in a quarter of an hour: it may need more memory.',
    },
    {
      name: 'BrowserTurnsAway',
      expr: 'sum(increase(browser_requests_total{result="busy"}[10m])) > 10',
      for: '5m',
      severity: 'warning',
      summary: 'More requests for pages come than the browser service can answer.',
    },
    {
      name: 'BrowserDown',
      expr: 'browser_up == 0',
      for: '2m',
      severity: 'critical',
      summary: 'Chromium does not answer, so no page can be looked at.',
    },
  ],
  dashboard: [
    { title: 'Requests', expr: 'sum by (what, result) (rate(browser_requests_total[5m]))', unit: 'reqps', legend: '{{what}}: {{result}}' },
    {
      title: 'Slowest answer in 20',
      expr: 'histogram_quantile(0.95, sum by (le, what) (rate(browser_request_duration_seconds_bucket[5m])))',
      unit: 's',
      legend: '{{what}}',
    },
    { title: 'Pages open', expr: 'browser_pages_open', unit: 'short' },
    { title: 'Requests that wait', expr: 'browser_requests_waiting', unit: 'short' },
    { title: 'Connections refused', expr: 'rate(browser_refused_connections_total[5m])', unit: 'ops' },
    { title: 'Chromium ended', expr: 'increase(browser_crashes_total[1h])', unit: 'short' },
  ],
  logs: [
    { pattern: '"event":"crash"', means: 'Chromium ended by itself: where that goes on, raise limits.memory or lower BROWSER_PAGES.' },
    { pattern: 'certutil ended with status', means: 'The certificate of the cluster cannot be read, so none of its pages would open.' },
  ],

  env: ({ token, edge, cluster, here: { listen } }) => ({
    BROWSER_LISTEN: `${listen.web.address}:${listen.web.port}`,
    BROWSER_METRICS: `${listen.metrics.address}:${listen.metrics.port}`,
    BROWSER_TOKEN_FILE: file(token),
    BROWSER_AUTHORITY_FILE: file(edge.authority),
    BROWSER_DOMAIN: cluster.domain,
    BROWSER_EDGE: edgeOf(edge.targets),
  }),
  command: () => ['browser'],
});

/** The edge listens inside at the port of public addresses, which the sign-on server has in its own; 443 in a cluster without one. */
function edgeOf(targets: ReachGrant['targets']): string {
  const { host = '' } = targets.find(({ contract }) => contract === 'edge') ?? {};
  const { url = '' } = targets.find(({ contract }) => contract === 'sign-on') ?? {};
  return `${host}:${(url && new URL(url).port) || 443}`;
}
