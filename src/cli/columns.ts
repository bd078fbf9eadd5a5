import { stripVTControlCharacters } from 'node:util';

const gap = '  ';

/**
 * Columns as wide as their widest cell; the last one is broken between words at the edge of the terminal, and whole where a program
 * reads along. A row of fewer cells is a heading and does not count for the width.
 */
export function printColumns(rows: readonly (readonly string[])[]): void {
  const edge = process.stdout.isTTY ? process.stdout.columns : Number.POSITIVE_INFINITY;
  for (const line of columnLines(rows, edge)) console.log(line);
}

export function columnLines(rows: readonly (readonly string[])[], edge: number): readonly string[] {
  const count = Math.max(0, ...rows.map((row) => row.length));
  const full = rows.filter((row) => row.length === count);
  const widths = Array.from({ length: count - 1 }, (_, column) => Math.max(...full.map((row) => width(row[column] ?? ''))));
  const indent = widths.reduce((sum, one) => sum + one + gap.length, 0);
  return rows.flatMap((row) => {
    if (row.length < count) return [row.join(gap)];
    const cells = widths.map((one, column) => (row[column] ?? '') + ' '.repeat(one - width(row[column] ?? '')));
    const [first = '', ...others] = wrap(row.at(-1) ?? '', edge - indent);
    return [[...cells, first].join(gap).trimEnd(), ...others.map((line) => ' '.repeat(indent) + line)];
  });
}

/** Lines of at most this many columns where the words allow it. */
function wrap(text: string, columns: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && width(last) + 1 + width(word) <= Math.max(columns, 20)) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

function width(cell: string): number {
  return stripVTControlCharacters(cell).length;
}
