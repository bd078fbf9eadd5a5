import { expect, test } from 'vitest';
import { postgres } from '../../contracts/index.ts';
import { findingsOf, sampleApp, sampleEdge, sampleProvider, sampleService } from '../sample.ts';
import { networkDerived } from './network-derived.ts';

test('a service that nothing can reach is refused', () => {
  expect(findingsOf(networkDerived, [sampleService('lonely')])).toEqual([expect.stringContaining('lonely: nothing can reach it')]);
});

test('metrics count only where something scrapes them', () => {
  const exporter = sampleService('node-exporter', { metrics: { port: 'web', path: '/metrics' } });
  expect(findingsOf(networkDerived, [exporter])).toHaveLength(1);
  expect(findingsOf(networkDerived, [exporter, sampleProvider('prometheus', 'metrics', 9090)])).toEqual([]);
});

test('a route, a need, a published port: each is a way', () => {
  const database = sampleProvider('postgresql', 'postgres', 5432);
  const published = sampleService('game', { publish: ['web'] });
  expect(
    findingsOf(networkDerived, [
      sampleApp('planka'),
      sampleEdge,
      database,
      sampleService('worker', { needs: { db: postgres() } }),
      published,
    ]),
  ).toEqual([]);
});

test('where two scrape, it is not for want of one that nothing reaches a service', () => {
  const exporter = sampleService('node-exporter', { metrics: { port: 'web', path: '/metrics' } });
  const servers = [sampleProvider('prometheus', 'metrics', 9090), sampleProvider('victoria-metrics', 'metrics', 8428)];
  expect(findingsOf(networkDerived, [exporter, ...servers])).toEqual([]);
});
