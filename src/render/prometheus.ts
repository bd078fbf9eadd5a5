import type { FinalContent, Tree } from '../service/index.ts';
import { file, yaml } from '../service/index.ts';
import { metricsTokenOf } from '../stack/metrics-token.ts';
import type { ResolvedService, ResolvedStack } from '../stack/stack.ts';
import { addressOf } from './caddy-block.ts';
import { probeJobs } from './prometheus-probes.ts';

/** prometheus.yml: one job for each service with metrics, one for what is probed from outside, and the alerting service, where there are any. */
export function renderPrometheus(stack: ResolvedStack, prometheus: ResolvedService): FinalContent {
  const { name, providers, services } = stack;
  const alerting = providers['alerting'];
  return yaml({
    global: { scrape_interval: '15s', scrape_timeout: '10s', evaluation_interval: '15s', external_labels: { cluster: name } },
    rule_files: rulePathsOf(stack, prometheus),
    ...(alerting ? { alerting: { alertmanagers: [{ static_configs: [{ targets: [addressOf(alerting.address)] }] }] } } : {}),
    scrape_configs: [...services.flatMap((service) => jobOf(stack, service)), ...probeJobs(stack)],
  });
}

function jobOf({ name: cluster, placement }: ResolvedStack, resolved: ResolvedService): readonly Tree[] {
  const {
    name: service,
    service: { metrics, ports, needs = {} },
  } = resolved;
  const port = metrics && ports[metrics.port];
  if (!port) return [];
  const targets = [addressOf(placement.reach(service, metrics.port, port))];
  const token = metricsTokenOf(resolved);
  return [
    {
      job_name: service,
      metrics_path: metrics.path,
      ...(token ? { authorization: { credentials_file: file(token) } } : {}),
      static_configs: [{ targets, labels: { service } }],
      ...(Object.values(needs).some(({ kind }) => kind === 'engine') ? { metric_relabel_configs: [ofContainers(cluster)] } : {}),
    },
  ];
}

/** Who asks the engine has figures of other services, and names these by the labels of their containers. */
function ofContainers(cluster: string): Tree {
  const labels = ['cluster', 'service'].map((key) => `container_label_org_datamancy_${key}`);
  return { source_labels: labels, regex: `${cluster};(.+)`, target_label: 'service' };
}

function rulePathsOf({ placement }: ResolvedStack, { name, files }: ResolvedService): readonly string[] {
  return files
    .filter(({ content }) => content.format === 'rendered' && content.by === 'prometheus-rules')
    .map(({ path }) => placement.file(name, path))
    .toSorted();
}
