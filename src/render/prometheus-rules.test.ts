import { expect, test } from 'vitest';
import { parse } from 'yaml';
import type { Alert } from '../service/index.ts';
import { printContent } from '../service/index.ts';
import { sampleApp, sampleStack } from '../stack/sample.ts';
import { renderPrometheusRules } from './prometheus-rules.ts';

const alert: Alert = { name: 'FeedsBroken', expr: 'broken > 4', for: '5m', severity: 'warning', summary: 'Feeds are broken.' };

test('an alert is of the service that its figures are of, or else of the one that declares it', () => {
  const text = printContent(renderPrometheusRules(sampleStack([sampleApp('reader', { alerts: [alert] })])), {
    secret: () => '',
    file: () => '',
  });
  const { groups } = parse(text) as { groups: readonly { name: string; rules: readonly unknown[] }[] };
  expect(groups.find(({ name }) => name === 'reader')?.rules).toEqual([
    {
      alert: 'FeedsBroken',
      expr: 'broken > 4',
      for: '5m',
      labels: { severity: 'warning', service: '{{ or $labels.service "reader" }}' },
      annotations: { summary: 'Feeds are broken.' },
    },
  ]);
});
