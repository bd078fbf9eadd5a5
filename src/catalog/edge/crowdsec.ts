import { engine, reach } from '../../contracts/index.ts';
import { defineService, http, volume, yaml } from '../../service/index.ts';

const read = (path: string): string => `JsonExtract(evt.Line.Raw, '${path}')`;

/** What the edge logs has no header in it, and so no program's name; the hub's parser takes no line without one. */
const parser = {
  name: 'datamancy/edge',
  description: 'The access log of the edge.',
  filter: `evt.Parsed.program == 'caddy' && ${read('logger')} startsWith 'http.log.access'`,
  onsuccess: 'next_stage',
  statics: [
    { meta: 'log_type', value: 'http_access-log' },
    { meta: 'service', value: 'http' },
    { meta: 'source_ip', expression: read('request.remote_ip') },
    { meta: 'target_fqdn', expression: read('request.host') },
    { parsed: 'target_fqdn', expression: read('request.host') },
    { meta: 'http_verb', expression: read('request.method') },
    { parsed: 'verb', expression: read('request.method') },
    { meta: 'http_path', expression: read('request.uri') },
    { parsed: 'request', expression: read('request.uri') },
    { meta: 'http_status', expression: read('status') },
  ],
};

/**
 * It reads what the edge logs and decides who is to be turned away; `cscli decisions list` in the unit shows them. Gate turns them away;
 * beside another sign-on server a decision raises an alert and closes no door. Nothing is sent to its makers.
 */
export const crowdsec = defineService('crowdsec', {
  title: 'CrowdSec',
  summary: 'Finds scanners and guessers of passwords in what the edge logs, and shuts them out.',
  docs: 'https://docs.crowdsec.net/docs/next/log_processor/data_sources/docker/',
  licence: 'MIT',
  category: 'edge',
  image: 'crowdsecurity/crowdsec:v1.7.8',
  debian: 'crowdsec',
  user: '0:0',

  ports: { api: http(8080), metrics: http(6060) },
  volumes: {
    data: volume('/var/lib/crowdsec/data', { role: 'data', backup: 'weekly' }),
    config: volume('/etc/crowdsec', { role: 'config', backup: { skip: 'each start fills it again from the image and the hub' } }),
  },
  provides: { bouncer: { port: 'api' } },
  needs: { docker: engine(), edge: reach('edge') },

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
      summary: 'CrowdSec wants an address turned away; `cscli alerts list` in its unit says why.',
    },
    {
      name: 'BansNotRead',
      expr: 'gate_bouncer_up == 0',
      for: '10m',
      severity: 'warning',
      summary: 'Gate cannot read the decisions of CrowdSec: it turns away only whom it knows.',
    },
    {
      name: 'EdgeLogsNotUnderstood',
      expr: 'sum(increase(cs_parser_hits_ko_total{type="caddy"}[30m])) > 3 * (sum(increase(cs_parser_hits_ok_total{type="caddy"}[30m])) or vector(0))',
      for: '30m',
      severity: 'warning',
      summary: 'CrowdSec understands few of the lines that the edge logs, so it sees little.',
    },
  ],
  dashboard: [
    { title: 'Addresses to turn away', expr: 'sum by (origin) (cs_active_decisions)', unit: 'short' },
    { title: 'Lines read', expr: 'sum by (source) (rate(cs_dockersource_hits_total[5m]))', unit: 'ops' },
    { title: 'Lines not understood', expr: 'sum by (type) (rate(cs_parser_hits_ko_total[5m]))', unit: 'ops' },
    { title: 'Attacks seen', expr: 'sum by (name) (rate(cs_bucket_overflowed_total[5m]))', unit: 'ops' },
    { title: 'Questions of bouncers', expr: 'sum by (bouncer) (rate(cs_lapi_bouncer_requests_total[5m]))', unit: 'reqps' },
  ],
  logs: [
    { pattern: 'dockerhost.*(?:connection refused|no such host)', means: 'docker-socket-proxy is missing, or cannot reach the engine.' },
  ],

  env: ({ docker }) => ({
    DOCKER_HOST: docker.url,
    COLLECTIONS: 'crowdsecurity/base-http-scenarios crowdsecurity/http-cve',
    DISABLE_ONLINE_API: true,
    USE_WAL: true,
  }),
  files: {
    parser: { path: '/etc/crowdsec/parsers/s01-parse/edge.yaml', content: () => yaml(parser) },
    sources: {
      path: '/etc/crowdsec/acquis.d/edge.yaml',
      content: ({ edge, cluster }) =>
        yaml({
          source: 'docker',
          container_name_regexp: edge.targets.map(({ service }) => `-${cluster.name}-${service}-`),
          labels: { type: 'caddy' },
        }),
    },
  },
});
