import { withoutWorkers } from '../stack.ts';
import type { Rule } from './rule.ts';
import { about } from './rule.ts';

const longest = 200;

export const logPatternSafe: Rule = {
  id: 'log-pattern-safe',
  why: 'a pattern that does not work finds nothing, and one that searches without end stops whoever reads the logs',
  check: (stack) =>
    withoutWorkers(stack).flatMap(({ name, service: { logs = [] } }) =>
      logs.flatMap(({ pattern }) => {
        const wrong = whyUnsafe(pattern);
        return wrong === undefined
          ? []
          : [about(name, `its log pattern ${JSON.stringify(pattern.slice(0, 60))} ${wrong}`, 'write a plain one')];
      }),
    ),
};

function whyUnsafe(pattern: string): string | undefined {
  if (pattern.length > longest) return `is longer than ${longest} characters`;
  if (!isExpression(pattern)) return 'is no regular expression';
  return repeatsTwice(pattern) ? 'repeats what repeats already' : undefined;
}

function isExpression(pattern: string): boolean {
  try {
    return new RegExp(pattern) instanceof RegExp;
  } catch {
    return false;
  }
}

/** A group without end inside another one: a single long line could keep the program busy for hours. */
function repeatsTwice(pattern: string): boolean {
  const plain = pattern.replaceAll(/\\./g, 'x').replaceAll(/\[[^\]]*\]/g, 'x');
  const open: boolean[] = [false];
  for (const [, sign, endless] of plain.matchAll(/([()]|[^()])([+*]|\{\d+,\})?/g)) {
    const repeats = endless !== undefined;
    if (sign === '(') {
      open.push(false);
      continue;
    }
    const inner = sign === ')' && open.pop() === true;
    if (inner && repeats) return true;
    if (inner || repeats) open.splice(-1, 1, true);
  }
  return false;
}
