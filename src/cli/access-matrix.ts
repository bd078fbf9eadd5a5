import type { Outcome } from '../health/access/expected.ts';
import { expectedOf, routesOf } from '../health/access/expected.ts';
import { cellId } from '../health/access/judge.ts';
import { roles } from '../health/access/roles.ts';
import type { Status } from '../health/check.ts';
import type { Validation } from '../health/validate.ts';
import type { ResolvedStack } from '../stack/stack.ts';
import { colors } from './colors.ts';

type Paint = (text: string) => string;

const words: Readonly<Record<Outcome, { readonly word: string; readonly paint: Paint; readonly means: string }>> = {
  'sign-in': { word: 'sign-in', paint: colors.cyan, means: 'is sent to sign in, and back' },
  enter: { word: 'enter', paint: colors.green, means: 'gets in' },
  refuse: { word: 'no', paint: colors.magenta, means: 'is refused' },
  'second factor': { word: 'second', paint: colors.yellow, means: 'is asked for a second factor' },
  'app decides': { word: 'app', paint: colors.blue, means: 'reaches the app, which decides by itself' },
  'cannot sign in': { word: 'locked', paint: colors.magenta, means: 'cannot sign in at all' },
};

const signs: Readonly<Record<Status, { readonly sign: string; readonly paint: Paint; readonly means: string }>> = {
  pass: { sign: '✔', paint: colors.green, means: 'so it is' },
  fail: { sign: '✘', paint: colors.red, means: 'it is otherwise: see below' },
  skip: { sign: '–', paint: colors.dim, means: 'could not be seen' },
  warn: { sign: '!', paint: colors.yellow, means: 'see below' },
};

const longestWord = Math.max(...Object.values(words).map(({ word }) => word.length));
/** Room for a role's name above, and for a mark and a word. */
const cellWidth = longestWord + 2;
const gap = '  ';
const longestName = 100 - roles.length * (cellWidth + gap.length);

/** The lines of the role matrix, at most 100 columns wide: what must be, and before it whether it is. */
export function renderAccessMatrix(stack: ResolvedStack, { groups }: Pick<Validation, 'groups'>): readonly string[] {
  const results = new Map(groups.flatMap(({ results: found }) => found).map((result) => [result.id, result.status]));
  const rows = routesOf(stack).map((route) => ({
    name: shortened(route.name),
    cells: roles.map((role) => ({
      expected: expectedOf(stack, route, role),
      status: results.get(cellId(route.name, role)) ?? 'skip',
    })),
  }));
  const width = Math.max(...rows.map(({ name }) => name.length), 'route'.length);
  const used = new Set(rows.flatMap(({ cells }) => cells.map(({ expected }) => expected)));
  const seen = new Set(rows.flatMap(({ cells }) => cells.map(({ status }) => status)));
  return [
    colors.bold(
      lineOf(
        'route'.padEnd(width),
        roles.map((role) => role.padEnd(cellWidth)),
      ),
    ),
    ...rows.map(({ name, cells }) => lineOf(name.padEnd(width), cells.map(cellOf))),
    '',
    ...legendOf(
      [...seen].map((status) => [signs[status].paint(signs[status].sign), signs[status].means]),
      [...used].map((outcome) => [words[outcome].paint(words[outcome].word.padEnd(longestWord)), words[outcome].means]),
    ),
    '',
  ];
}

function cellOf({ expected, status }: { readonly expected: Outcome; readonly status: Status }): string {
  const { word, paint } = words[expected];
  const { sign, paint: mark } = signs[status];
  const padding = ' '.repeat(cellWidth - word.length - 2);
  return `${mark(sign)} ${status === 'pass' ? paint(word) : mark(word)}${padding}`;
}

function lineOf(name: string, cells: readonly string[]): string {
  return [name, ...cells].join(gap).trimEnd();
}

type Entry = readonly [sign: string, meaning: string];

/** One line for the marks, and one for each word. */
function legendOf(marks: readonly Entry[], outcomes: readonly Entry[]): readonly string[] {
  const print = ([sign, meaning]: Entry): string => `${sign} ${colors.dim(meaning)}`;
  return [marks.map(print).join(gap), ...outcomes.map(print)].map((line) => `  ${line}`);
}

function shortened(name: string): string {
  return name.length <= longestName ? name : `${name.slice(0, longestName - 1)}…`;
}
