import type { Alert } from '../../service/index.ts';
import type { ResolvedStack } from '../../stack/stack.ts';
import { generalAlerts } from '../prometheus-rules.ts';
import type { Markdown } from './markdown.ts';
import { code, pageOf, section, table, words } from './markdown.ts';

/** Everything that can ring, and whether anything in this cluster listens. */
export function alertsPage(stack: ResolvedStack): Markdown {
  const declared = stack.services.filter(({ service }) => (service.alerts ?? []).length > 0);
  return [
    '# Alerts',
    '',
    ...wayOf(stack),
    '',
    ...section('Of every service with metrics', alertRows(generalAlerts)),
    ...declared.flatMap((one) => section(words(one.service.title), [pageOf(one, 'services/'), '', ...alertRows(one.service.alerts ?? [])])),
  ];
}

/** The critical ones first. */
export function alertRows(alerts: readonly Alert[]): Markdown {
  const rank = ({ severity }: Alert): number => (severity === 'critical' ? 0 : 1);
  return table(
    ['Alert', 'Says', 'Severity', 'After', 'Rings while'],
    alerts
      .toSorted((a, b) => rank(a) - rank(b))
      .map(({ name, summary, severity, for: after, expr }) => [code(name), words(summary), severity, after, code(expr)]),
  );
}

function wayOf({ providers }: ResolvedStack): Markdown {
  const { metrics, alerting, notify } = providers;
  if (!metrics)
    return [
      '!!! warning "Nothing here collects metrics, so none of these rings"',
      '',
      '    `datamancy add prometheus alertmanager ntfy` changes that.',
    ];
  const link = ({ name }: { readonly name: string }): string => pageOf({ name }, 'services/');
  if (!alerting)
    return [
      `${link(metrics)} judges these rules and shows what holds.`,
      'Nothing here passes alerts on: `datamancy add alertmanager ntfy` changes that.',
    ];
  if (!notify)
    return [
      `${link(metrics)} judges these rules, and ${link(alerting)} lists what rings.`,
      'Nothing here sends it to a telephone: `datamancy add ntfy` changes that.',
    ];
  return [
    `${link(metrics)} judges these rules, ${link(alerting)} groups what rings, and ${link(notify)} sends it`,
    `to whoever subscribed to ${code(notify.provision['topic'] ?? 'alerts')}.`,
  ];
}
