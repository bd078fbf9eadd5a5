import { expect, test } from 'vitest';
import { columnLines } from './columns.ts';

const rows = [
  ['NAME', 'WHAT IT IS'],
  ['a long heading that is no cell'],
  ['wiki', 'Pages that a household writes together.'],
  ['db', 'Data.'],
];

test('the last column is broken between words, below where it began', () => {
  expect(columnLines(rows, 30)).toEqual([
    'NAME  WHAT IT IS',
    'a long heading that is no cell',
    'wiki  Pages that a household',
    '      writes together.',
    'db    Data.',
  ]);
});

test('without an edge each row is one line', () => {
  expect(columnLines(rows, Number.POSITIVE_INFINITY)).toHaveLength(rows.length);
});
