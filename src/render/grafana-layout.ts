import type { Panel, Tree } from '../service/index.ts';

interface Query {
  readonly expr: string;
  readonly legend?: string;
}

/** A panel before it has its place. */
export interface Drawing {
  readonly title: string;
  readonly type: 'timeseries' | 'stat' | 'state-timeline' | 'logs';
  /** The data source, which has its type for a name. */
  readonly source: 'prometheus' | 'loki';
  readonly queries: readonly Query[];
  readonly height: number;
  readonly defaults?: { readonly [option: string]: Tree };
  readonly options?: { readonly [option: string]: Tree };
}

/** Lines of panels below a title; the panels of a line share its width. */
export interface Section {
  readonly title: string;
  readonly lines: readonly (readonly Drawing[])[];
}

/** What a number or its change means: nothing by itself, seconds, or trouble from 1 on. */
type Meaning = 'plain' | 'seconds' | 'bad';

const downOrUp = { 0: { text: 'down', color: 'red', index: 0 }, 1: { text: 'up', color: 'green', index: 1 } };
const onlyFiring = { 1: { text: 'firing', color: 'red', index: 0 } };

export function graph({ title, expr, unit, legend }: Panel): Drawing {
  const query = { expr, ...(legend === undefined ? {} : { legend }) };
  return { title, type: 'timeseries', source: 'prometheus', queries: [query], height: 8, defaults: { unit } };
}

/** One number. */
export function stat(title: string, expr: string, meaning: Meaning = 'plain'): Drawing {
  const steps = [{ color: 'green', value: null }, ...(meaning === 'bad' ? [{ color: 'red', value: 1 }] : [])];
  const defaults = { unit: meaning === 'seconds' ? 's' : 'short', thresholds: { mode: 'absolute', steps } };
  return { title, type: 'stat', source: 'prometheus', queries: [{ expr }], height: 4, defaults };
}

/** `up` or `down`, by a figure that is 1 or 0. */
export function state(title: string, expr: string): Drawing {
  return { ...stat(title, expr), defaults: { mappings: [{ type: 'value', options: downOrUp }] } };
}

/** A band for each series: when it was up and when down, or, of what is bad, when it was there at all. */
export function timeline(title: string, expr: string, legend: string, meaning: Meaning = 'plain'): Drawing {
  const mappings = [{ type: 'value', options: meaning === 'bad' ? onlyFiring : downOrUp }];
  const options = { showValue: 'never', rowHeight: 0.8, mergeValues: true };
  return { title, type: 'state-timeline', source: 'prometheus', queries: [{ expr, legend }], height: 10, defaults: { mappings }, options };
}

export function logLines(title: string, expr: string): Drawing {
  const options = { showTime: true, wrapLogMessage: true, enableLogDetails: true, sortOrder: 'Descending', dedupStrategy: 'none' };
  return { title, type: 'logs', source: 'loki', queries: [{ expr }], height: 12, options };
}

export function inPairs(drawings: readonly Drawing[]): readonly (readonly Drawing[])[] {
  return drawings.flatMap((_, i) => (i % 2 === 0 ? [drawings.slice(i, i + 2)] : []));
}

/** Panels of Grafana, each in its place of a grid that is 24 wide. A section without lines is left out. */
export function layOut(sections: readonly Section[]): readonly Tree[] {
  const panels: Tree[] = [];
  let y = 0;
  for (const { title, lines } of sections.filter((section) => section.lines.length > 0)) {
    panels.push({ id: panels.length + 1, type: 'row', title, collapsed: false, panels: [], gridPos: { x: 0, y, w: 24, h: 1 } });
    y += 1;
    for (const line of lines) {
      const [w, h] = [24 / line.length, Math.max(...line.map(({ height }) => height))];
      for (const [i, drawing] of line.entries())
        panels.push({ id: panels.length + 1, ...panelOf(drawing), gridPos: { x: i * w, y, w, h } });
      y += h;
    }
  }
  return panels;
}

function panelOf({ title, type, source, queries, defaults = {}, options = {} }: Drawing): { readonly [key: string]: Tree } {
  const targets = queries.map(({ expr, legend = '__auto' }, i) => ({
    refId: String.fromCodePoint('A'.charCodeAt(0) + i),
    expr,
    legendFormat: legend,
  }));
  return { type, title, datasource: { type: source, uid: source }, targets, fieldConfig: { defaults, overrides: [] }, options };
}
