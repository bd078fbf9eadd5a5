import { parser } from '@prometheus-io/lezer-promql';
import { withoutWorkers } from '../stack.ts';
import type { Rule } from './rule.ts';
import { about } from './rule.ts';

export const promqlParses: Rule = {
  id: 'promql-parses',
  why: 'Prometheus takes no file of rules in which one expression is wrong, so not a single alert would ring',
  check: (stack) =>
    withoutWorkers(stack).flatMap(({ name, service: { alerts = [], dashboard = [] } }) => {
      const named = [
        ...alerts.map((alert) => ({ what: `alert ${alert.name}`, declared: alert })),
        ...dashboard.map((panel) => ({ what: `panel ${panel.title}`, declared: panel })),
      ];
      return named.flatMap(({ what, declared }) => {
        const wrong = mistakeIn(declared);
        return wrong === '' ? [] : [about(name, `its ${what} is no PromQL: ${wrong}`, 'write it as Prometheus would take it')];
      });
    }),
};

interface Declared {
  readonly expr: string;
}
type Node = ReturnType<typeof parser.parse>['topNode'];

/** Definitions never change, and are checked each time that somebody asks for anything. */
const known = new WeakMap<Declared, string>();

/** Empty where there is none. */
function mistakeIn(declared: Declared): string {
  const mistake = known.get(declared) ?? findMistake(declared);
  known.set(declared, mistake);
  return mistake;
}

function findMistake({ expr }: Declared): string {
  // Grafana puts spans of time there before it asks.
  const text = expr.replaceAll(/\$__\w+/g, '5m').trimEnd();
  const nodes: Node[] = [];
  parser.parse(text).iterate({ enter: ({ node }) => void nodes.push(node) });
  const broken = nodes.find(({ type }) => type.isError);
  if (broken) return broken.from < text.length ? `it goes wrong at "${text.slice(broken.from).trim().slice(0, 40)}"` : 'it ends too early';
  return nodes.map((node) => mixedKinds(node, text)).find((mixed) => mixed !== '') ?? '';
}

const overTime =
  /^(?:rate|irate|increase|i?delta|deriv|changes|resets|predict_linear|double_exponential_smoothing|holt_winters|\w+_over_time)$/;
const asItIs = ['ParenExpr', 'OffsetExpr', 'StepInvariantExpr'];

/** Prometheus refuses these as it does what cannot be read. */
function mixedKinds(node: Node, text: string): string {
  switch (node.name) {
    case 'PromQL':
      if (childrenOf(node).some((child) => child.name === 'StringLiteral')) return 'it gives a text, and no figures';
      return childrenOf(node).some(isOverTime) ? 'it gives figures of a time, and not of one moment' : '';
    case 'BinaryExpr':
      return childrenOf(node).some(isOverTime) ? 'an operator has figures of a time, and wants those of one moment' : '';
    case 'AggregateExpr':
    case 'FunctionCall': {
      const called = node.firstChild ? text.slice(node.firstChild.from, node.firstChild.to) : '';
      const given = childrenOf(node).flatMap(childrenOf).some(isOverTime);
      if (given === overTime.test(called)) return '';
      return given
        ? `${called} has figures of a time, and wants those of one moment`
        : `${called} has figures of one moment, and wants those of a time such as [5m]`;
    }
    default:
      return '';
  }
}

function isOverTime(node: Node): boolean {
  if (node.name === 'MatrixSelector' || node.name === 'SubqueryExpr') return true;
  return asItIs.includes(node.name) && childrenOf(node).some(isOverTime);
}

function childrenOf(node: Node): readonly Node[] {
  const children: Node[] = [];
  for (let child = node.firstChild; child; child = child.nextSibling) children.push(child);
  return children;
}
