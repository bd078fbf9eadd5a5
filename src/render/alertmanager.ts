import type { FinalContent } from '../service/index.ts';
import { yaml } from '../service/index.ts';
import type { ResolvedStack } from '../stack/stack.ts';

const severities = [
  { severity: 'critical', priority: 5, repeat: '1h' },
  { severity: 'warning', priority: 3, repeat: '12h' },
] as const;

/** Printed by ntfy from the webhook's body, so that no bridge is needed (https://docs.ntfy.sh/publish/#message-templating). */
const title = '{{if eq .status "firing"}}Alert{{else}}Over{{end}}: {{.commonLabels.alertname}}';
const message = '{{range .alerts}}{{.annotations.summary}}\n{{end}}';

/** Alerts go to the notification service, urgent where critical; without one they stay in Alertmanager's own list. */
export function renderAlertmanager({ providers }: ResolvedStack): FinalContent {
  const notify = providers['notify'];
  const grouping = { group_by: ['alertname', 'service'], group_wait: '30s', group_interval: '5m' };
  const inhibit_rules = [
    { source_matchers: ['severity="critical"'], target_matchers: ['severity="warning"'], equal: ['service'] },
    { source_matchers: ['alertname="TargetDown"'], target_matchers: ['alertname!="TargetDown"'], equal: ['service'] },
  ];
  if (!notify) return yaml({ route: { receiver: 'nobody', ...grouping }, inhibit_rules, receivers: [{ name: 'nobody' }] });

  const { host, port } = notify.address;
  const topic = notify.provision['topic'] ?? 'alerts';
  const receivers = severities.map(({ severity, priority }) => {
    const query = new URLSearchParams({ template: 'yes', title, message, priority: String(priority) });
    return { name: severity, webhook_configs: [{ url: `http://${host}:${port}/${topic}?${query.toString()}`, max_alerts: 5 }] };
  });
  const routes = severities.map(({ severity, repeat }) => ({
    matchers: [`severity="${severity}"`],
    receiver: severity,
    repeat_interval: repeat,
  }));
  return yaml({ route: { receiver: 'warning', ...grouping, routes }, inhibit_rules, receivers });
}
