import { groupBy } from '../stack/group-by.ts';
import { rules } from '../stack/rules/index.ts';
import type { Rule } from '../stack/rules/rule.ts';
import { colors } from './colors.ts';
import { printColumns } from './columns.ts';
import { printJson } from './output.ts';

/** What a rule is about, by the first word of its id. */
const topics: Readonly<Record<string, readonly string[]>> = {
  'What is chosen': ['capacity', 'conflict', 'definition', 'gpu', 'name', 'need', 'no', 'provider', 'service', 'worker'],
  'Who gets in': ['access', 'basic', 'bypass', 'group', 'identity', 'roles', 'second', 'sign'],
  'Applications that sign people in': ['client', 'redirect'],
  'Names, routes and ports': [
    'alias',
    'edge',
    'host',
    'local',
    'loopback',
    'network',
    'own',
    'port',
    'proxy',
    'public',
    'publish',
    'unit',
    'well',
  ],
  'Secrets and certificates': ['authority', 'certificate', 'credential', 'secret', 'setup', 'tls'],
  'Values and files': ['command', 'debug', 'env', 'file', 'placeholder', 'variable'],
  Data: ['backup', 'database', 'grant', 'mount', 'tmpfs', 'volume'],
  'Hardening and limits': ['capability', 'exception', 'image', 'limits', 'root', 'shm'],
  Payments: ['payment'],
  'Health and monitoring': ['alert', 'health', 'log', 'mail', 'metrics', 'promql', 'smoke'],
};

/** Lists every rule: what would go wrong without it, and what did. */
export async function listRules({ json }: { readonly json?: true }): Promise<number> {
  if (json) {
    printJson({ rules: rules.map(({ id, why, from }) => ({ id, topic: topicOf({ id }), why, from: from ?? null })) });
    return 0;
  }
  const byTopic = groupBy(rules, topicOf);
  const rows = [...Object.keys(topics), other].flatMap((topic) => {
    const found = byTopic.get(topic) ?? [];
    return found.length === 0 ? [] : [[], [colors.bold(topic)], ...found.flatMap(rowsOf)];
  });
  printColumns([['  RULE', 'WHY'].map(colors.dim), ...rows]);
  const learnt = rules.filter(({ from }) => from !== undefined).length;
  console.log(`\n${rules.length} rules, each looked at by build, plan and up; ${learnt} of them come from what once went wrong`);
  return 0;
}

const other = 'Everything else';

export function topicOf({ id }: Pick<Rule, 'id'>): string {
  const [word = ''] = id.split('-');
  return Object.keys(topics).find((topic) => topics[topic]?.includes(word)) ?? other;
}

function rowsOf({ id, why, from }: Rule): readonly (readonly string[])[] {
  return [[`  ${id}`, why], ...(from === undefined ? [] : [['', colors.dim(`once: ${from}`)]])];
}
