import colors from 'picocolors';
import type { DatamancyError } from '../kit/errors.ts';
import type { Position, Problem } from '../stack/problem.ts';
import { formatProblem } from '../stack/problem.ts';

/** A failure as a person reads it: what, then what to do. */
export function printFailure({ code, message, fix }: DatamancyError): void {
  console.error(`${colors.red(`error[${code}]:`)} ${message}\n  ${colors.cyan('fix:')} ${fix}`);
}

export function printProblem(problem: Problem, position: Position | undefined): void {
  const [what = '', fix = ''] = formatProblem(problem, 'cluster.yaml', problem.position ?? position).split('\n  fix: ');
  console.error(`${what.replace(/^problem\[[^\]]*\]/, colors.red)}\n  ${colors.cyan('fix:')} ${fix}`);
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
  // oxlint-disable-next-line no-control-regex -- colour codes are control characters
  return cell.replaceAll(/\u001b\[[0-9;]*m/g, '').length;
}

export function printJson(value: unknown): void {
  console.log(JSON.stringify(value, null, 2));
}
