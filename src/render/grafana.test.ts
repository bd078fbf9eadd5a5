import { expect, test } from 'vitest';
import type { Panel, Service } from '../service/index.ts';
import { printContent } from '../service/index.ts';
import { sampleApp, sampleProvider, sampleService, sampleStack } from '../stack/sample.ts';
import { renderGrafanaDashboards } from './grafana.ts';

interface Drawn {
  readonly type: string;
  readonly title: string;
  readonly targets?: readonly { readonly expr: string; readonly legendFormat: string }[];
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
}

interface Dashboard {
  readonly uid: string;
  readonly panels: readonly Drawn[];
}

const scraper = sampleProvider('prometheus', 'metrics', 9090);
const logs = sampleProvider('loki', 'logs', 3100);
const prober = sampleProvider('blackbox-exporter', 'probes', 9115);
const metrics = { port: 'web', path: '/metrics' } as const;
const feeds: Panel = { title: 'Feeds', expr: 'feeds_total', unit: 'short', legend: '{{status}}' };
const reader = sampleApp('reader', { metrics, dashboard: [feeds] });

function dashboards(...services: readonly Service[]): Readonly<Record<string, Dashboard>> {
  const { folder } = renderGrafanaDashboards(sampleStack(services));
  const reveal = { secret: () => '', file: () => '' };
  return Object.fromEntries(Object.entries(folder).map(([path, file]) => [path, JSON.parse(printContent(file, reveal)) as Dashboard]));
}

function expressions({ panels = [] }: Partial<Dashboard> = {}): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(panels.flatMap(({ title, targets }) => (targets ? [[title, targets.map(({ expr }) => expr)]] : [])));
}

test('there is an overview, and a dashboard for each service with figures, found under its name', () => {
  const drawn = dashboards(scraper, reader, sampleApp('wiki'));
  expect(Object.keys(drawn)).toEqual(['overview.json', 'services/reader.json']);
  expect(drawn['services/reader.json']?.uid).toBe('reader');
});

test('a service shows whether it answers and what it uses, its own panels, its alerts and its logs', () => {
  const { 'services/reader.json': drawn } = dashboards(scraper, logs, prober, reader);
  expect(expressions(drawn)).toEqual({
    Answers: ['min(up{service="reader"})'],
    'Answers a visitor': ['min(probe_success{instance="https://reader.example.org"})'],
    'Time to read its figures': ['max(scrape_duration_seconds{service="reader"})'],
    Memory: ['process_resident_memory_bytes{service="reader"}'],
    Processors: ['rate(process_cpu_seconds_total{service="reader"}[5m])'],
    Feeds: ['feeds_total'],
    Alerts: ['max by (alertname) (ALERTS{alertstate="firing", service="reader"})'],
    Logs: ['{cluster="test", service="reader"}'],
  });
  expect(drawn?.panels.find(({ title }) => title === 'Feeds')?.targets).toEqual([
    { refId: 'A', expr: 'feeds_total', legendFormat: '{{status}}' },
  ]);
});

test('where containers are measured, memory and processors are those of its containers, against what they may have', () => {
  const of = 'container_label_org_datamancy_cluster="test", container_label_org_datamancy_service="reader"';
  const containers = sampleProvider('cadvisor', 'containers', 8080);
  expect(expressions(dashboards(scraper, containers, reader)['services/reader.json'])).toMatchObject({
    Memory: [`container_memory_working_set_bytes{${of}}`, `container_spec_memory_limit_bytes{${of}}`],
    Processors: [`sum by (name) (rate(container_cpu_usage_seconds_total{${of}}[5m]))`],
  });
});

test('a service and its workers share one dashboard', () => {
  const health = { command: ['true'] } as const;
  const jobs = { health, limits: { memory: '64MiB', cpus: 1 }, ports: { jobs: { protocol: 'http', number: 7000 } } } as const;
  const worked = sampleApp('social', { workers: { jobs: { ...jobs, command: () => ['work'], metrics: { port: 'jobs', path: '/' } } } });
  const drawn = dashboards(scraper, worked);
  expect(Object.keys(drawn)).toEqual(['overview.json', 'services/social.json']);
  expect(expressions(drawn['services/social.json'])['Answers']).toEqual(['min(up{service=~"social|social-jobs"})']);
});

test('the overview has what measures the cluster as a whole, as far as it is there', () => {
  const disk: Panel = { title: 'Disk', expr: 'disk_free', unit: 'bytes' };
  const machine = sampleService('node-exporter', { metrics, provides: { machine: { port: 'web' } }, dashboard: [disk] });
  const titles = (...services: readonly Service[]) => Object.keys(expressions(dashboards(...services)['overview.json']));
  const now = ['Services that answer', 'Services that do not', 'Alerts', 'Services'];
  expect(titles(scraper, reader)).toEqual(now);
  expect(titles(scraper, reader, machine)).toEqual([...now, 'Disk']);
  expect(titles(logs)).toEqual(['Errors that services log', 'Errors']);
  expect(titles(reader)).toEqual([]);
});

test('panels lie beside and below each other, and none over another', () => {
  const many = Array.from({ length: 5 }, (_, i): Panel => ({ ...feeds, title: `Panel ${i}` }));
  const { panels = [] } = dashboards(scraper, logs, prober, { ...reader, dashboard: many })['services/reader.json'] ?? {};
  const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
    Array.from({ length: w * h }, (_, i) => `${x + (i % w)} ${y + Math.floor(i / w)}`),
  );
  expect(panels.length).toBeGreaterThan(14);
  expect(new Set(cells).size).toBe(cells.length);
  expect(panels.every(({ gridPos: { x, w } }) => x + w <= 24)).toBe(true);
});
