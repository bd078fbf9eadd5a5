import { expect, test } from 'vitest';
import { tcp } from '../../service/index.ts';
import { findingsOf, problemsOf, sampleApp, sampleSignOn } from '../sample.ts';
import { metricsGuarded } from './metrics-guarded.ts';

test('figures below a path that is let pass unasked are refused', () => {
  expect(
    problemsOf([
      { ...sampleSignOn, provides: { 'sign-on': { port: 'web' }, oidc: { port: 'web' } } },
      sampleApp('planka', {
        metrics: { port: 'web', path: '/metrics' },
        route: { port: 'web', access: { groups: ['viewer'], bypass: [{ path: '/metrics', authentication: 'a token' }] } },
      }),
    ]),
  ).toEqual([
    'metrics-guarded planka: anyone can read its figures at /metrics; serve them on a port of their own, or make the path that is let through narrower',
  ]);
});

test('figures on a port of their own pass, and another path', () => {
  expect(
    findingsOf(metricsGuarded, [
      { ...sampleSignOn, provides: { 'sign-on': { port: 'web' }, oidc: { port: 'web' } } },
      sampleApp('planka', {
        metrics: { port: 'web', path: '/metrics' },
        route: { port: 'web', access: { groups: ['viewer'], bypass: [{ path: '/api', authentication: 'a token' }] } },
      }),
      sampleApp('wekan', {
        workers: {
          jobs: {
            health: { port: 'jobs' },
            ports: { jobs: tcp(7000) },
            limits: { memory: '64MiB', cpus: 1 },
            command: () => ['work'],
            metrics: { port: 'jobs', path: '/metrics' },
            route: { port: 'jobs', paths: ['/live*'] },
          },
        },
      }),
    ]),
  ).toEqual([]);
});
