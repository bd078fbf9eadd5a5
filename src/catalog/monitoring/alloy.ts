import { engine, reach } from '../../contracts/index.ts';
import { defineService, http, lines, volume } from '../../service/index.ts';

/** Asks the engine through the proxy of its socket, which lets it list and read and nothing else, for the units of this cluster (ADR 11). */
export const alloy = defineService('alloy', {
  title: 'Grafana Alloy',
  summary: 'Reads what every service of the cluster logs, and hands it to Loki.',
  docs: 'https://grafana.com/docs/alloy/v1.18/reference/components/loki/loki.source.docker/',
  licence: 'Apache-2.0',
  category: 'monitoring',
  image: 'grafana/alloy:v1.18.1',
  user: '473:473',

  ports: { web: http(12345) },
  volumes: {
    data: volume('/var/lib/alloy/data', { role: 'cache', backup: { skip: 'how far each log was read; without it lines come twice' } }),
  },
  needs: { docker: engine(), store: reach('logs') },

  route: { port: 'web', host: 'alloy', access: { groups: ['admin'] } },
  health: { port: 'web', path: '/-/ready', via: 'bash' },
  metrics: { port: 'web', path: '/metrics' },
  smoke: { path: '/metrics', via: 'bash', expect: { text: 'alloy_build_info' } },
  limits: { memory: '256MiB', cpus: 0.5, pids: 512 },
  alerts: [
    {
      name: 'LogLinesLost',
      expr: 'sum(increase(loki_write_dropped_entries_total[15m])) > 0',
      for: '5m',
      severity: 'warning',
      summary: 'Log lines could not be handed to Loki and are lost.',
    },
  ],
  dashboard: [
    { title: 'Lines read', expr: 'sum(rate(loki_source_docker_target_entries_total[5m]))', unit: 'ops' },
    { title: 'Lines handed over', expr: 'sum by (host) (rate(loki_write_sent_entries_total[5m]))', unit: 'ops' },
    { title: 'Lines lost', expr: 'sum by (reason) (rate(loki_write_dropped_entries_total[5m]))', unit: 'ops' },
    { title: 'Second attempts', expr: 'sum(rate(loki_write_batch_retries_total[5m]))', unit: 'ops' },
  ],
  logs: [
    {
      pattern: 'error inspecting Docker container',
      means: 'docker-socket-proxy does not answer, or a container went away while it was read.',
    },
  ],

  command: ({ here }) => [
    'run',
    here.file.config,
    `--server.http.listen-addr=${here.listen.web.address}:${here.listen.web.port}`,
    `--storage.path=${here.volume.data}`,
    '--disable-reporting',
  ],
  files: {
    config: {
      path: '/etc/alloy/config.alloy',
      content: ({ cluster, docker, store }) =>
        lines(
          'logging {',
          '  level = "warn"',
          '}',
          'discovery.docker "units" {',
          `  host = "${docker.url}"`,
          '  filter {',
          '    name   = "label"',
          `    values = ["org.datamancy.cluster=${cluster.name}"]`,
          '  }',
          '}',
          'discovery.relabel "units" {',
          '  targets = discovery.docker.units.targets',
          '  rule {',
          '    source_labels = ["__meta_docker_container_label_org_datamancy_service"]',
          '    target_label  = "service"',
          '  }',
          '}',
          'loki.source.docker "units" {',
          `  host       = "${docker.url}"`,
          '  targets    = discovery.relabel.units.output',
          `  labels     = { cluster = "${cluster.name}" }`,
          `  forward_to = [${store.targets.map(({ service }) => `loki.write.${identifier(service)}.receiver`).join(', ')}]`,
          '}',
          ...store.targets.flatMap(({ service, host, port }) => [
            `loki.write "${identifier(service)}" {`,
            '  endpoint {',
            `    url = "http://${host}:${port}/loki/api/v1/push"`,
            '  }',
            '}',
          ]),
        ),
    },
  },
});

function identifier(service: string): string {
  return service.replaceAll('-', '_');
}
