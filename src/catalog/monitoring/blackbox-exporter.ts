import { defineService, http, yaml } from '../../service/index.ts';

const tls = { prober: 'tcp', timeout: '5s', tcp: { tls: true } };

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
      expr: 'probe_ssl_earliest_cert_expiry - time() < 7200',
      for: '5m',
      severity: 'critical',
      summary: 'The certificate of {{ $labels.instance }} ends within two hours and was not renewed.',
    },
  ],

  command: ({ here }) => [`--config.file=${here.file.config}`, `--web.listen-address=${here.listen.web.address}:${here.listen.web.port}`],
  files: {
    config: {
      path: '/etc/blackbox_exporter/config.yml',
      content: () => {
        const http = { preferred_ip_protocol: 'ip4', follow_redirects: false };
        // A sign-in page that is shown, sent to or asked for is an answer as good as the app's own.
        const guarded = { valid_status_codes: [200, 204, 301, 302, 303, 307, 308, 401, 403], fail_if_not_ssl: true };
        return yaml({
          modules: {
            answers: { prober: 'http', timeout: '5s', http },
            route: { prober: 'http', timeout: '10s', http: { ...http, ...guarded } },
            // Asks whether it is there; who signed its certificate is for clients to judge, who know the authority.
            unverified: { prober: 'http', timeout: '10s', http: { ...http, ...guarded, tls_config: { insecure_skip_verify: true } } },
            listens: { prober: 'tcp', timeout: '5s' },
            tls,
            smtp: {
              ...tls,
              tcp: {
                query_response: [
                  { expect: '^220 ' },
                  { send: 'EHLO prober\r' },
                  { expect: '^250-STARTTLS' },
                  { send: 'STARTTLS\r' },
                  { expect: '^220' },
                  { starttls: true },
                  { send: 'QUIT\r' },
                ],
              },
            },
            imap: { ...tls, tcp: { tls: true, query_response: [{ expect: 'OK.*IMAP4' }, { send: 'a LOGOUT' }] } },
          },
        });
      },
    },
  },
});
