import { expect, test } from 'vitest';
import { tcp } from '../../service/index.ts';
import { findingsOf, problemsOf, sampleApp } from '../sample.ts';
import { alertHasFigures } from './alert-has-figures.ts';

test('an alert without metrics is refused', () => {
  expect(
    problemsOf([
      sampleApp('planka', { alerts: [{ name: 'Down', expr: 'up == 0', for: '5m', severity: 'critical', summary: 'It is down.' }] }),
    ]),
  ).toEqual(['alert-has-figures planka: it has the alert Down and no metrics; say under metrics where its figures are, or drop the alert']);
});

test('one whose worker has the metrics passes', () => {
  expect(
    findingsOf(alertHasFigures, [
      sampleApp('planka', {
        alerts: [{ name: 'Down', expr: 'up == 0', for: '5m', severity: 'critical', summary: 'It is down.' }],
        workers: {
          jobs: {
            health: { port: 'jobs' },
            ports: { jobs: tcp(7000) },
            limits: { memory: '64MiB', cpus: 1 },
            command: () => ['work'],
            metrics: { port: 'jobs', path: '/metrics' },
          },
        },
      }),
    ]),
  ).toEqual([]);
});
