import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { engine, secret } from '../contracts/index.ts';
import type { FinalContent, Service } from '../service/index.ts';
import { printContent, tcp } from '../service/index.ts';
import type { SampleOptions } from '../stack/sample.ts';
import { sampleApp, sampleEdge, sampleProvider, sampleService, sampleStack } from '../stack/sample.ts';
import { serviceOf } from '../stack/stack.ts';
import { renderPrometheus } from './prometheus.ts';
import { renderProbeModules } from './prometheus-probes.ts';

const scraper = sampleProvider('prometheus', 'metrics', 9090);
const prober = sampleProvider('blackbox-exporter', 'probes', 9115);
const asked = ['blackbox-exporter:9115'];

function jobs(services: readonly Service[], options: SampleOptions = {}): readonly unknown[] {
  const stack = sampleStack([scraper, ...services], options);
  const service = serviceOf(stack, 'prometheus');
  if (!service) throw new Error('the stack of this test has no scraper');
  return (printed(renderPrometheus(stack, service)) as { scrape_configs: readonly unknown[] }).scrape_configs;
}

function printed(content: FinalContent): unknown {
  return parse(printContent(content, { secret: ({ id, part = '' }) => `<${id} ${part}>`, file: () => '' }));
}

test('figures that ask for a token are collected with it, from a file that the collector alone is given', () => {
  const needs = { key: secret({ kind: 'hex', bytes: 32 }) };
  const closed = sampleApp('closed', { needs, metrics: { port: 'web', path: '/metrics', token: 'key' } });
  expect(jobs([closed])).toMatchObject([{ job_name: 'closed', authorization: { credentials_file: '' } }]);
  const stack = sampleStack([scraper, closed, sampleApp('other')]);
  expect(stack.services.filter(({ secretFiles }) => secretFiles.some(({ id }) => id === 'closed.key')).map(({ name }) => name)).toEqual([
    'prometheus',
  ]);
});

test('each service with figures is a job of its name', () => {
  expect(jobs([sampleApp('wiki', { metrics: { port: 'web', path: '/metrics' } }), sampleApp('other')])).toEqual([
    { job_name: 'wiki', metrics_path: '/metrics', static_configs: [{ targets: ['wiki:8080'], labels: { service: 'wiki' } }] },
  ]);
});

test('every route is probed through the edge under its public name', () => {
  const stack = [sampleEdge, prober, sampleApp('wiki'), sampleService('worker')];
  expect(jobs(stack, { ports: { http: 8080, https: 8443 } })).toEqual([
    {
      job_name: 'blackbox-exporter/probe',
      metrics_path: '/probe',
      scrape_interval: '30s',
      static_configs: [
        {
          targets: asked,
          labels: {
            service: 'blackbox-exporter',
            instance: 'https://wiki.example.org:8443',
            asked: 'wiki',
            certificate: 'internal',
            __param_module: 'route',
            __param_target: 'https://caddy:8443',
            __param_hostname: 'wiki.example.org',
          },
        },
      ],
      metric_relabel_configs: [
        { source_labels: ['asked'], regex: '(.+)', target_label: 'service' },
        { regex: 'asked', action: 'labeldrop' },
      ],
    },
  ]);
});

test('mail is probed in its own protocols, under the name that its certificate has', () => {
  const ports = { submission: tcp(587), imaps: tcp(993) };
  const mail = sampleService('mail', {
    ports,
    health: { port: 'imaps' },
    provides: { smtp: { port: 'submission' }, imap: { port: 'imaps' } },
  });
  const named = { smtp: { port: 'submission', host: 'post' }, imap: { port: 'imaps', host: 'post' } };
  const labels = (target: string, module: string) => ({
    service: 'blackbox-exporter',
    instance: target,
    asked: 'mail',
    certificate: 'mail',
    __param_module: module,
    __param_target: target,
  });
  expect(jobs([prober, { ...mail, provides: named }])).toMatchObject([
    {
      static_configs: [
        { targets: asked, labels: labels('post.example.org:587', 'smtp') },
        { targets: asked, labels: labels('post.example.org:993', 'imap') },
      ],
    },
  ]);
  expect(jobs([prober, mail])).toEqual([]);
});

test('figures of a route say whether a public authority signs its certificate', () => {
  const [job] = jobs([sampleEdge, prober, sampleApp('wiki')], { declaration: { tls: { acme: { email: 'ada@example.org' } } } });
  expect(job).toMatchObject({ static_configs: [{ labels: { certificate: 'acme' } }] });
});

test('figures of the cluster’s containers are of the service that runs in them', () => {
  const metrics = { port: 'web', path: '/metrics' } as const;
  const [job] = jobs([sampleProvider('engine', 'engine', 2375), sampleService('cadvisor', { metrics, needs: { docker: engine() } })]);
  expect(job).toMatchObject({
    metric_relabel_configs: [
      {
        source_labels: ['container_label_org_datamancy_cluster', 'container_label_org_datamancy_service'],
        regex: 'test;(.+)',
        target_label: 'service',
      },
    ],
  });
});

test('without a prober nothing is probed', () => {
  expect(jobs([sampleEdge, sampleApp('wiki')])).toEqual([]);
});

test('a route has to show a certificate of the cluster’s authority, or a public one where that signs', () => {
  const route = (tls: 'internal' | { acme: { email: string } }): unknown =>
    (printed(renderProbeModules(sampleStack([sampleEdge], { declaration: { tls } }))) as { modules: { route: { http: unknown } } }).modules
      .route.http;
  expect(route('internal')).toMatchObject({ tls_config: { ca: '<cluster.authority certificate>' } });
  expect(route({ acme: { email: 'ada@example.org' } })).not.toHaveProperty('tls_config');
});
