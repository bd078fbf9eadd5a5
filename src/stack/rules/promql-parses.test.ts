import { expect, test } from 'vitest';
import type { Service } from '../../service/index.ts';
import { findingsOf, sampleApp } from '../sample.ts';
import { promqlParses } from './promql-parses.ts';

const metrics = { port: 'web', path: '/metrics' } as const;

function withAlert(expr: string): Service {
  return sampleApp('notes', { metrics, alerts: [{ name: 'Slow', expr, for: '5m', severity: 'warning', summary: 'It is slow.' }] });
}

test('an alert that is no PromQL is refused, with what is wrong', () => {
  expect(findingsOf(promqlParses, [withAlert('sum(rate(notes_total[5m]) > 1')])).toEqual([
    'notes: its alert Slow is no PromQL: it ends too early; write it as Prometheus would take it',
  ]);
});

test('so is a panel', () => {
  const dashboard = [{ title: 'Notes', expr: 'notes_total by user', unit: 'short' }] as const;
  expect(findingsOf(promqlParses, [sampleApp('notes', { metrics, dashboard })])).toEqual([
    'notes: its panel Notes is no PromQL: it goes wrong at "by user"; write it as Prometheus would take it',
  ]);
});

test.each([
  ['rate(notes_total) > 1', 'rate has figures of one moment, and wants those of a time such as [5m]'],
  ['sum(notes_total[5m])', 'sum has figures of a time, and wants those of one moment'],
  ['notes_total[5m]', 'it gives figures of a time, and not of one moment'],
  ['notes_total[5m] > 1', 'an operator has figures of a time, and wants those of one moment'],
  ['"notes"', 'it gives a text, and no figures'],
])('%s is refused', (expr, why) => {
  expect(findingsOf(promqlParses, [withAlert(expr)])).toEqual([
    `notes: its alert Slow is no PromQL: ${why}; write it as Prometheus would take it`,
  ]);
});

test.each([
  'sum by (result) (rate(notes_total{result=~"a|b"}[5m])) > 1',
  '(sum(increase(notes_total[48h])) or vector(0)) == 0 and on () notes_up offset 48h',
  'max_over_time(rate(notes_total[5m])[1h:1m]) > bool 2 * 3',
  'histogram_quantile(0.95, sum by (le) (rate(notes_seconds_bucket[5m])))',
  'quantile_over_time(0.5, notes[5m]) unless on (service) absent_over_time(notes[5m])',
  'vllm:waiting > 1 # a remark',
  'label_replace(topk(3, notes), "to", "$1", "from", "(.+)")',
])('%s passes', (expr) => {
  expect(findingsOf(promqlParses, [withAlert(expr)])).toEqual([]);
});

test('a panel may hold what Grafana puts its own spans of time in place of', () => {
  const dashboard = [{ title: 'Notes', expr: 'rate(notes_total[$__rate_interval])', unit: 'ops' }] as const;
  expect(findingsOf(promqlParses, [sampleApp('notes', { metrics, dashboard })])).toEqual([]);
});
