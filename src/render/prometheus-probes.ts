import { authorityCertificate } from '../contracts/index.ts';
import type { FinalContent, Tree } from '../service/index.ts';
import { yaml } from '../service/index.ts';
import type { ResolvedStack } from '../stack/stack.ts';
import { addressOf } from './caddy-block.ts';

const http = { preferred_ip_protocol: 'ip4', follow_redirects: false };
/** A sign-in page that is shown, sent to or asked for is an answer as good as the app's own. */
const guarded = { valid_status_codes: [200, 204, 301, 302, 303, 307, 308, 401, 403], fail_if_not_ssl: true };
const startTls = [
  { expect: '^220 ' },
  { send: 'EHLO prober\r' },
  { expect: '^250-STARTTLS' },
  { send: 'STARTTLS\r' },
  { expect: '^220' },
  { starttls: true },
  { send: 'QUIT\r' },
];
const signIn = [{ expect: 'OK.*IMAP4' }, { send: 'a LOGOUT' }];

/** What the prober may be asked to do. Mail has a certificate of the cluster's authority, routes where no public one signs theirs. */
export function renderProbeModules({ declaration, providers }: ResolvedStack): FinalContent {
  const signed = providers['edge'] ? { tls_config: { ca: authorityCertificate } } : {};
  const mail = { preferred_ip_protocol: 'ip4', ...signed };
  return yaml({
    modules: {
      answers: { prober: 'http', timeout: '5s', http },
      route: { prober: 'http', timeout: '9s', http: { ...http, ...guarded, ...(declaration.tls === 'internal' ? signed : {}) } },
      smtp: { prober: 'tcp', timeout: '9s', tcp: { ...mail, query_response: startTls } },
      imap: { prober: 'tcp', timeout: '9s', tcp: { ...mail, tls: true, query_response: signIn } },
    },
  });
}

/** One question for the prober: what it is asked to do, and whom. */
interface Probe {
  /** The service that answers it. */
  readonly asked: string;
  /** What people know the target by. */
  readonly instance: string;
  /** Who signs what it shows: the edge's own authority for hours, a public one for months, or `datamancy up` for years. */
  readonly certificate: 'internal' | 'acme' | 'mail';
  readonly module: 'route' | 'smtp' | 'imap';
  readonly target: string;
  readonly hostname?: string;
}

/**
 * One job in which the prober asks what visitors would: every route, and mail at its public name. Each question has the labels
 * that upstream's relabelling would give it (https://github.com/prometheus/blackbox_exporter/tree/v0.28.0#prometheus-configuration).
 * The answers are figures of the service that was asked; only `up`, which no such relabelling reaches, stays the prober's.
 */
export function probeJobs(stack: ResolvedStack): readonly Tree[] {
  const { probes: prober } = stack.providers;
  const probes = [...routesOf(stack), ...mailOf(stack)];
  if (!prober || probes.length === 0) return [];
  return [
    {
      job_name: `${prober.name}/probe`,
      metrics_path: '/probe',
      scrape_interval: '30s',
      static_configs: probes.map(({ asked, instance, certificate, module, target, hostname }) => ({
        targets: [addressOf(prober.address)],
        labels: {
          service: prober.name,
          instance,
          asked,
          certificate,
          __param_module: module,
          __param_target: target,
          ...(hostname === undefined ? {} : { __param_hostname: hostname }),
        },
      })),
      metric_relabel_configs: [
        { source_labels: ['asked'], regex: '(.+)', target_label: 'service' },
        { regex: 'asked', action: 'labeldrop' },
      ],
    },
  ];
}

/** The edge is found inside the cluster and told the public name, for Host and SNI: no name server has to know it. */
function routesOf({ services, providers, edge, declaration }: ResolvedStack): readonly Probe[] {
  const door = providers['edge'];
  if (!door) return [];
  const target = `https://${addressOf({ ...door.address, port: edge.https })}`;
  const certificate = declaration.tls === 'internal' ? 'internal' : 'acme';
  return services.flatMap(({ name, host, url }) =>
    host === undefined ? [] : [{ asked: name, instance: url, certificate, module: 'route', target, hostname: host }],
  );
}

/** Mail of a server with a name of its own, which leads to it inside the cluster too. */
function mailOf({ providers }: ResolvedStack): readonly Probe[] {
  return (['smtp', 'imap'] as const).flatMap((module) => {
    const server = providers[module];
    if (server?.provision['host'] === undefined) return [];
    const target = addressOf(server.address);
    return [{ asked: server.name, instance: target, certificate: 'mail', module, target }];
  });
}
