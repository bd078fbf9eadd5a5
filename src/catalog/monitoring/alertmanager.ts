import type { Facts } from '../../service/index.ts';
import { defineService, http, rendered, volume } from '../../service/index.ts';

function flags({ here, url }: Facts<'web', 'data', 'config'>): readonly string[] {
  return [
    '--cluster.listen-address=',
    `--config.file=${here.file.config}`,
    `--storage.path=${here.volume.data}`,
    `--web.listen-address=${here.listen.web.address}:${here.listen.web.port}`,
    `--web.external-url=${url}`,
  ];
}

export const alertmanager = defineService('alertmanager', {
  title: 'Alertmanager',
  summary: 'Groups alerts, silences them on request, and passes them on.',
  docs: 'https://prometheus.io/docs/alerting/0.28/alertmanager/',
  licence: 'Apache-2.0',
  category: 'monitoring',
  image: 'prom/alertmanager:v0.28.1',
  debian: 'alertmanager',
  user: '65534:65534',

  ports: { web: http(9093) },
  provides: { alerting: { port: 'web' } },
  volumes: { data: volume('/alertmanager', { role: 'data', backup: 'weekly' }) },

  route: { port: 'web', access: { groups: ['admin', 'operator'] } },
  health: { port: 'web', path: '/-/ready' },
  metrics: { port: 'web', path: '/metrics' },
  smoke: { path: '/api/v2/status', expect: { text: '"versionInfo"' } },
  limits: { memory: '128MiB', cpus: 0.5 },
  alerts: [
    {
      name: 'NotificationsFail',
      expr: 'sum by (integration) (increase(alertmanager_notifications_failed_total[15m])) > 0',
      for: '5m',
      severity: 'critical',
      summary: 'Alerts cannot be passed on by {{ $labels.integration }}.',
    },
  ],
  dashboard: [
    { title: 'Alerts', expr: 'sum by (state) (alertmanager_alerts)', unit: 'short' },
    { title: 'Passed on', expr: 'sum by (integration) (rate(alertmanager_notifications_total[5m]))', unit: 'ops' },
    { title: 'Not passed on', expr: 'sum by (integration) (rate(alertmanager_notifications_failed_total[5m]))', unit: 'ops' },
    { title: 'Silences', expr: 'alertmanager_silences{state="active"}', unit: 'short' },
  ],
  logs: [
    { pattern: 'Notify for alerts failed', means: 'Alerts reach nobody: the notification service is away or refuses them.' },
    { pattern: 'Loading configuration file failed', means: 'A file was changed by hand: `datamancy up` writes it anew.' },
  ],

  command: (context) => flags(context),
  files: { config: { path: '/etc/alertmanager/alertmanager.yml', content: () => rendered('alertmanager') } },
  process: { packages: ['prometheus-alertmanager'], argv: (context) => ['prometheus-alertmanager', ...flags(context)] },
});
