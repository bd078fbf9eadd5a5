import { defineService, http, rendered } from '../../service/index.ts';

/** Asks from outside a service what a visitor would; whom to ask comes with each question, from the scraper. */
export const blackboxExporter = defineService('blackbox-exporter', {
  title: 'Blackbox exporter',
  summary: 'Asks addresses as a visitor would: does it answer, how fast, until when is the certificate good.',
  docs: 'https://github.com/prometheus/blackbox_exporter/blob/v0.28.0/CONFIGURATION.md',
  licence: 'Apache-2.0',
  category: 'monitoring',
  image: 'prom/blackbox-exporter:v0.28.0',
  debian: 'blackbox-exporter',
  user: '65534:65534',

  ports: { web: http(9115) },
  provides: { probes: { port: 'web' } },
  health: { port: 'web', path: '/-/healthy' },
  // It asks itself, so nothing outside is needed to see that asking works.
  smoke: { path: '/probe?module=answers&target=http://127.0.0.1:9115/-/healthy', expect: { text: 'probe_success 1' } },
  metrics: { port: 'web', path: '/metrics' },
  limits: { memory: '64MiB', cpus: 0.5 },
  alerts: [
    {
      name: 'AddressUnreachable',
      expr: 'probe_success == 0',
      for: '3m',
      severity: 'critical',
      summary: 'The address {{ $labels.instance }} does not answer a visitor.',
    },
    {
      name: 'CertificateEnds',
      // Certificates of the cluster's own authority live for twelve hours and are renewed after eight.
      expr: 'probe_ssl_earliest_cert_expiry{certificate!="acme"} - time() < 7200',
      for: '5m',
      severity: 'critical',
      summary: 'The certificate of {{ $labels.instance }} ends within two hours and was not renewed.',
    },
    {
      name: 'PublicCertificateNotRenewed',
      // Caddy renews them when a third of their time is left: a month of three.
      expr: 'probe_ssl_earliest_cert_expiry{certificate="acme"} - time() < 14 * 86400',
      for: '60m',
      severity: 'warning',
      summary: 'The certificate of {{ $labels.instance }} ends within two weeks and was not renewed.',
    },
    {
      name: 'PublicCertificateEnds',
      expr: 'probe_ssl_earliest_cert_expiry{certificate="acme"} - time() < 3 * 86400',
      for: '5m',
      severity: 'critical',
      summary: 'The certificate of {{ $labels.instance }} ends within three days and was not renewed.',
    },
    {
      name: 'MailCertificateEnds',
      expr: 'probe_ssl_earliest_cert_expiry{certificate="mail"} - time() < 30 * 86400',
      for: '60m',
      severity: 'warning',
      summary: 'The certificate of {{ $labels.instance }} ends within a month, and `datamancy up` renews it.',
    },
  ],
  dashboard: [
    { title: 'Addresses that answer', expr: 'probe_success', unit: 'short', legend: '{{instance}}' },
    { title: 'Time to answer', expr: 'probe_duration_seconds', unit: 's', legend: '{{instance}}' },
    { title: 'Certificates are good for', expr: 'probe_ssl_earliest_cert_expiry - time()', unit: 's', legend: '{{instance}}' },
    { title: 'Where the time goes', expr: 'avg by (phase) (probe_http_duration_seconds)', unit: 's' },
  ],
  logs: [
    { pattern: 'Error for HTTP request|Error dialing TCP', means: 'An address does not answer a visitor; the line names it and says why.' },
    { pattern: 'Error resolving address', means: 'A name leads nowhere inside the cluster; the line says which.' },
  ],

  command: ({ here }) => [
    `--config.file=${here.file.config}`,
    `--web.listen-address=${here.listen.web.address}:${here.listen.web.port}`,
    // Eight lines for each question otherwise, also where it went well.
    '--log.prober=error',
  ],
  files: { config: { path: '/etc/blackbox_exporter/config.yml', content: () => rendered('probe-modules') } },
});
