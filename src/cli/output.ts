import { stripVTControlCharacters } from 'node:util';
import type { DatamancyError } from '../kit/errors.ts';
import type { Position, Problem } from '../stack/problem.ts';
import { formatProblem } from '../stack/problem.ts';
import { errorColors } from './colors.ts';

/** A failure as a person reads it: what, then what to do. */
export function printFailure({ code, message, fix }: DatamancyError): void {
  console.error(wrapped(`${errorColors.red(`error[${code}]:`)} ${message}`));
  printFix(fix);
}

export function printProblem(problem: Problem, position: Position | undefined): void {
  const [what = '', fix = ''] = formatProblem(problem, 'cluster.yaml', problem.position ?? position).split('\n  fix: ');
  console.error(wrapped(what.replace(/^problem\[[^\]]*\]/, errorColors.red)));
  printFix(fix);
}

export function printFix(fix: string): void {
  console.error(wrapped(`  ${errorColors.cyan('fix:')} ${fix}`));
}

/** Broken between words at the edge of the terminal, and whole where a program reads along. */
function wrapped(line: string, columns = process.stderr.isTTY ? process.stderr.columns : Number.POSITIVE_INFINITY): string {
  return line
    .split('\n')
    .flatMap((part) => wrapWords(part, columns))
    .join('\n');
}

/** Lines of at most this many columns where the words allow it; those after the first are indented by four. */
export function wrapWords(line: string, columns: number): readonly string[] {
  const [first = '', ...words] = line.split(/(?<=\S) /);
  const lines = [first];
  for (const word of words) {
    const last = lines.at(-1) ?? '';
    if (visibleLength(last) + 1 + visibleLength(word) <= columns) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(`    ${word}`);
  }
  return lines;
}

/** Columns as wide as their widest cell; cells may carry colours. */
export function printTable(rows: readonly (readonly string[])[]): void {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => visibleLength(row[column] ?? ''))));
  for (const row of rows) {
    console.log(
      row
        .map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - visibleLength(cell)))
        .join('  ')
        .trimEnd(),
    );
  }
}

function visibleLength(cell: string): number {
  return stripVTControlCharacters(cell).length;
}

export function printJson(value: unknown): void {
  console.log(JSON.stringify(value, null, 2));
}
