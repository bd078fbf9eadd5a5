import type { FinalContent } from '../service/index.ts';
import { yaml } from '../service/index.ts';
import type { ResolvedService, ResolvedStack } from '../stack/stack.ts';

/** prometheus.yml: one job for each service with metrics, and the alerting service where there is one. */
export function renderPrometheus(stack: ResolvedStack, prometheus: ResolvedService): FinalContent {
  const { name, placement, providers, services } = stack;
  const alerting = providers['alerting'];
  return yaml({
    global: { scrape_interval: '15s', scrape_timeout: '10s', evaluation_interval: '15s', external_labels: { cluster: name } },
    rule_files: rulePathsOf(stack, prometheus),
    ...(alerting ? { alerting: { alertmanagers: [{ static_configs: [{ targets: [addressOf(alerting.address)] }] }] } } : {}),
    scrape_configs: services.flatMap(({ name: service, service: { metrics, ports } }) => {
      const port = metrics && ports[metrics.port];
      if (!port) return [];
      return [
        {
          job_name: service,
          metrics_path: metrics.path,
          static_configs: [{ targets: [addressOf(placement.reach(service, metrics.port, port))], labels: { service } }],
        },
      ];
    }),
  });
}

function rulePathsOf({ placement }: ResolvedStack, { name, files }: ResolvedService): readonly string[] {
  return files
    .filter(({ content }) => content.format === 'rendered' && content.by === 'prometheus-rules')
    .map(({ path }) => placement.file(name, path))
    .toSorted();
}

function addressOf({ host, port }: { readonly host: string; readonly port: number }): string {
  return `${host}:${port}`;
}
