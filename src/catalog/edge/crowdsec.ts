import { reach } from '../../contracts/index.ts';
import { defineService, http, volume, yaml } from '../../service/index.ts';

/**
 * It reads what the edge logs and decides who is to be turned away; `cscli decisions list` in the unit shows them. The edge does not
 * ask it yet, so a decision raises an alert and closes no door. Nothing is sent to its makers.
 */
export const crowdsec = defineService('crowdsec', {
  title: 'CrowdSec',
  summary: 'Finds scanners and guessers of passwords in what the edge logs, and says so.',
  docs: 'https://docs.crowdsec.net/docs/next/log_processor/data_sources/docker/',
  licence: 'MIT',
  category: 'edge',
  image: 'crowdsecurity/crowdsec:v1.7.8',
  user: '0:0',

  ports: { api: http(8080), metrics: http(6060) },
  volumes: {
    data: volume('/var/lib/crowdsec/data', { role: 'data', backup: 'weekly' }),
    config: volume('/etc/crowdsec', { role: 'config', backup: { skip: 'each start fills it again from the image and the hub' } }),
  },
  needs: { engine: reach('engine'), edge: reach('edge') },

  health: { port: 'api', path: '/health', startSeconds: 120 },
  smoke: { command: ['cscli', 'lapi', 'status'], expect: 'You can successfully interact with Local API' },
  metrics: { port: 'metrics', path: '/metrics' },
  limits: { memory: '384MiB', cpus: 1 },
  allow: { root: 'the image keeps the settings that it hands out at the first start readable for root alone' },
  stopSeconds: 30,
  alerts: [
    {
      name: 'SomebodyAttacks',
      expr: 'sum(cs_active_decisions{origin="crowdsec"}) > 0',
      for: '1m',
      severity: 'warning',
      summary: 'CrowdSec would turn an address away; `cscli alerts list` in its unit says why.',
    },
    {
      name: 'EdgeLogsNotUnderstood',
      expr: 'sum(increase(cs_parser_hits_ko_total{type="caddy"}[30m])) > 3 * sum(increase(cs_parser_hits_ok_total{type="caddy"}[30m]))',
      for: '30m',
      severity: 'warning',
      summary: 'CrowdSec understands few of the lines that the edge logs, so it sees little.',
    },
  ],
  logs: [
    { pattern: 'dockerhost.*(?:connection refused|no such host)', means: 'docker-socket-proxy is missing, or cannot reach the engine.' },
  ],

  env: () => ({
    COLLECTIONS: 'crowdsecurity/caddy crowdsecurity/base-http-scenarios crowdsecurity/http-cve',
    DISABLE_ONLINE_API: true,
    USE_WAL: true,
  }),
  files: {
    sources: {
      path: '/etc/crowdsec/acquis.d/edge.yaml',
      content: ({ engine, edge, cluster }) =>
        yaml({
          source: 'docker',
          docker_host: engine.targets.map(({ host, port }) => `tcp://${host}:${port}`).join(','),
          container_name_regexp: edge.targets.map(({ service }) => `-${cluster.name}-${service}-`),
          labels: { type: 'caddy' },
        }),
    },
  },
});
