export interface Alert {
  readonly name: string;
  /** PromQL that holds while something is wrong. */
  readonly expr: string;
  readonly for: `${number}m` | `${number}s`;
  readonly severity: 'warning' | 'critical';
  readonly summary: string;
}

/** What a figure counts, by Grafana's name: things, bytes, bytes or operations or requests a second, parts of one, seconds, or US dollars. */
export const units = ['short', 'bytes', 'binBps', 'ops', 'reqps', 'percentunit', 's', 'ms', 'currencyUSD'] as const;

/** One figure over time, on the dashboard of its service. */
export interface Panel {
  readonly title: string;
  /** PromQL that gives one or several series. */
  readonly expr: string;
  readonly unit: (typeof units)[number];
  /** What each series is called, with labels as `{{label}}`; those it has where absent, of a single one the value alone. */
  readonly legend?: string;
}
