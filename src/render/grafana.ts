import type { FinalContent, Panel, Tree } from '../service/index.ts';
import { json } from '../service/index.ts';
import { serviceOf, withoutWorkers } from '../stack/stack.ts';
import type { ResolvedService, ResolvedStack } from '../stack/stack.ts';
import type { Folder } from './folder.ts';
import type { Drawing, Section } from './grafana-layout.ts';
import { graph, inPairs, layOut, logLines, state, stat, timeline } from './grafana-layout.ts';

/** Figures of a cluster as a whole, by the contracts whose providers have them; their own panels stand in the overview. */
const ofTheWhole = ['probes', 'machine', 'containers'];
const tag = 'service';
const trouble = '| detected_level=~"error|critical|fatal"';
const firing = 'ALERTS{alertstate="firing"}';

/** An overview of the cluster, and below `services` a dashboard for each service that is measured. */
export function renderGrafanaDashboards(stack: ResolvedStack): Folder {
  const measured = stack.providers['metrics'] ? withoutWorkers(stack).filter((service) => isMeasured(stack, service)) : [];
  const services = measured.map((service): [string, FinalContent] => [`services/${service.name}.json`, dashboardOf(stack, service)]);
  return { folder: { 'overview.json': overviewOf(stack), ...Object.fromEntries(services) } };
}

/** A name that no service can have, so that each of them is found at `/d/<its name>`. */
const overviewUid = '_overview';

/** The same at the top of every dashboard: back to the overview, and on to any service. */
const links: readonly Tree[] = [
  { title: 'Overview', type: 'link', url: `/d/${overviewUid}`, icon: 'dashboard', tags: [], asDropdown: false },
  { title: 'Services', type: 'dashboards', url: '', icon: 'external link', tags: [tag], asDropdown: true },
].map((link) => ({ ...link, tooltip: '', targetBlank: false, includeVars: false, keepTime: true }));

/** A dashboard in Grafana's classic model, which its file provider reads (https://grafana.com/docs/grafana/v13.2/administration/provisioning/). */
function dashboard(uid: string, title: string, tags: readonly string[], sections: readonly Section[]): FinalContent {
  const frame = { uid, title, tags, links, schemaVersion: 42, editable: false, refresh: '30s', time: { from: 'now-6h', to: 'now' } };
  return json({ ...frame, panels: layOut(sections) });
}

function overviewOf(stack: ResolvedStack): FinalContent {
  const { name, providers } = stack;
  const whole = ofTheWhole.flatMap((kind) => serviceOf(stack, providers[kind]?.name ?? '')?.service ?? []);
  return dashboard(
    overviewUid,
    name,
    [],
    [
      ...(providers['metrics'] ? [now, ...whole.map((service) => ({ title: service.title, lines: inPairs(ownOf(service)) }))] : []),
      ...(providers['logs'] ? [troubleIn(name)] : []),
    ],
  );
}

const now: Section = {
  title: 'Now',
  lines: [
    [
      stat('Services that answer', 'count(min by (service) (up) == 1) or vector(0)'),
      stat('Services that do not', 'count(min by (service) (up) == 0) or vector(0)', 'bad'),
      stat('Alerts', `count(${firing}) or vector(0)`, 'bad'),
    ],
    [timeline('Services', 'min by (service) (up)', '{{service}}')],
    [timeline('Alerts', `max by (service, alertname) (${firing})`, '{{service}}: {{alertname}}', 'bad')],
  ],
};

function troubleIn(cluster: string): Section {
  const lines = `{cluster="${cluster}"} ${trouble}`;
  const counted: Drawing = {
    ...graph({
      title: 'Errors that services log',
      expr: `sum by (service) (count_over_time(${lines} [5m]))`,
      unit: 'short',
      legend: '{{service}}',
    }),
    source: 'loki',
  };
  return { title: 'Logs', lines: [[counted], [logLines('Errors', lines)]] };
}

function dashboardOf(stack: ResolvedStack, { name, service, url }: ResolvedService): FinalContent {
  const { providers } = stack;
  const units = unitsOf(stack, name).map((unit) => unit.name);
  const of = matching('service', units);
  return dashboard(
    name,
    service.title,
    [tag],
    [
      {
        title: 'At a glance',
        lines: [
          [
            state('Answers', `min(up{${of}})`),
            ...(providers['probes'] && url !== '' ? [state('Answers a visitor', `min(probe_success{instance="${url}"})`)] : []),
            stat('Time to read its figures', `max(scrape_duration_seconds{${of}})`, 'seconds'),
          ],
          providers['containers'] ? ofContainers(stack, units) : ofProcesses(of),
        ],
      },
      { title: service.title, lines: inPairs(ownOf(service)) },
      { title: 'Alerts', lines: [[timeline('Alerts', `max by (alertname) (ALERTS{alertstate="firing", ${of}})`, '{{alertname}}', 'bad')]] },
      ...(providers['logs'] ? [{ title: 'Logs', lines: [[logLines('Logs', `{cluster="${stack.name}", ${of}}`)]] }] : []),
    ],
  );
}

function ofContainers({ name: cluster }: ResolvedStack, units: readonly string[]): readonly Drawing[] {
  const of = `container_label_org_datamancy_cluster="${cluster}", ${matching('container_label_org_datamancy_service', units)}`;
  const used = graph({ title: 'Memory', expr: `container_memory_working_set_bytes{${of}}`, unit: 'bytes', legend: '{{name}}' });
  const limit = { expr: `container_spec_memory_limit_bytes{${of}}`, legend: 'limit of {{name}}' };
  const cpu = `sum by (name) (rate(container_cpu_usage_seconds_total{${of}}[5m]))`;
  return [{ ...used, queries: [...used.queries, limit] }, graph({ title: 'Processors', expr: cpu, unit: 'short', legend: '{{name}}' })];
}

/** Empty where a program does not tell what its own process uses. */
function ofProcesses(of: string): readonly Drawing[] {
  return [
    graph({ title: 'Memory', expr: `process_resident_memory_bytes{${of}}`, unit: 'bytes', legend: '{{service}}' }),
    graph({ title: 'Processors', expr: `rate(process_cpu_seconds_total{${of}}[5m])`, unit: 'short', legend: '{{service}}' }),
  ];
}

function ownOf({ dashboard: own = [] }: { readonly dashboard?: readonly Panel[] }): readonly Drawing[] {
  return own.map(graph);
}

function isMeasured(stack: ResolvedStack, { name, service }: ResolvedService): boolean {
  return service.dashboard !== undefined || unitsOf(stack, name).some((unit) => unit.service.metrics !== undefined);
}

/** The service and its workers. */
function unitsOf({ services }: ResolvedStack, name: string): readonly ResolvedService[] {
  return services.filter(({ family }) => family === name);
}

/** Names of units hold nothing that an expression reads as more than itself. */
function matching(label: string, units: readonly string[]): string {
  return units.length === 1 ? `${label}="${units.join('')}"` : `${label}=~"${units.join('|')}"`;
}
