import type { Alert, FinalContent } from '../service/index.ts';
import { yaml } from '../service/index.ts';
import type { ResolvedStack } from '../stack/stack.ts';

/** True of every service that is scraped; each series carries the name of its service. */
export const generalAlerts: readonly Alert[] = [
  {
    name: 'TargetDown',
    expr: 'up == 0',
    for: '2m',
    severity: 'critical',
    summary: '{{ $labels.service }} has not answered for two minutes',
  },
  {
    name: 'TargetRestarting',
    expr: 'changes(process_start_time_seconds[15m]) > 3',
    for: '1m',
    severity: 'warning',
    summary: '{{ $labels.service }} started more than three times within 15 minutes',
  },
  {
    name: 'FileDescriptorsShort',
    expr: 'process_open_fds / process_max_fds > 0.9',
    for: '5m',
    severity: 'warning',
    summary: '{{ $labels.service }} has nearly all of its file descriptors open',
  },
];

/** Alerting rules: the general ones, then those that each service declares, one group for each. */
export function renderPrometheusRules({ services }: ResolvedStack): FinalContent {
  const own = services.flatMap(({ name, service: { alerts = [] } }) =>
    alerts.length === 0 ? [] : [{ name, rules: alerts.map((alert) => ruleOf(alert, { service: ofFiguresOr(name) })) }],
  );
  return yaml({ groups: [{ name: 'datamancy', rules: generalAlerts.map((alert) => ruleOf(alert, {})) }, ...own] });
}

/** Where figures of several services are added up, none of them is left. */
function ofFiguresOr(service: string): string {
  return `{{ or $labels.service "${service}" }}`;
}

function ruleOf({ name, expr, for: duration, severity, summary }: Alert, labels: Readonly<Record<string, string>>) {
  return { alert: name, expr, for: duration, labels: { severity, ...labels }, annotations: { summary } };
}
