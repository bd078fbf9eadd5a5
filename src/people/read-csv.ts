import { CsvError, parse } from 'csv-parse/sync';
import * as z from 'zod';
import type { ImportedDraft, ImportFile, ImportProblem } from './import.ts';

const columns = ['name', 'email', 'full name', 'groups', 'password'] as const;
const needed = ['name', 'email'] as const;
const header = `begin the file with the line: ${columns.join(',')}`;

const rowSchema = z.object({ record: z.record(z.string(), z.string()), info: z.object({ lines: z.number() }) });

/** People of a file with a header (RFC 4180). Groups of one person are parted by spaces, semicolons or commas; `full name` and what follows may be absent. */
export function readCsv(text: string): ImportFile {
  const problems: ImportProblem[] = [];
  let given: readonly string[] = [];
  try {
    const rows: unknown = parse(text, {
      bom: true,
      info: true,
      skip_empty_lines: true,
      columns: (titles: readonly string[]) =>
        (given = titles.map((title) =>
          title
            .trim()
            .toLowerCase()
            .replaceAll(/[ _-]+/g, ' '),
        )).slice(),
    });
    const drafts = z.array(rowSchema).parse(rows).map(draftOf);
    problems.push(...wrongColumns(given));
    return { drafts: problems.length > 0 ? [] : drafts, problems, notes: [] };
  } catch (cause) {
    if (!(cause instanceof CsvError)) throw cause;
    const line = typeof cause['lines'] === 'number' ? cause['lines'] : 1;
    return {
      drafts: [],
      problems: [{ line, what: cause.message, fix: 'put values that hold commas or quotes in double quotes' }],
      notes: [],
    };
  }
}

function wrongColumns(given: readonly string[]): readonly ImportProblem[] {
  const missing = needed.filter((column) => !given.includes(column)).map((column) => `there is no column ${column}`);
  const unknown = given
    .filter((column) => !columns.some((known) => known === column))
    .map((column) => `${JSON.stringify(column)} is no column that can be read`);
  const doubled = given.filter((column, index) => given.indexOf(column) !== index).map((column) => `the column ${column} stands twice`);
  return [...missing, ...unknown, ...doubled].map((what) => ({ line: 1, what, fix: header }));
}

/** A record's `lines` is the last line that it takes; line breaks inside values are counted back. */
function draftOf({ record, info }: z.infer<typeof rowSchema>): ImportedDraft {
  const within = Object.values(record).reduce((count, value) => count + (value.match(/\r?\n/g)?.length ?? 0), 0);
  const password = record['password'] ?? '';
  return {
    line: info.lines - within,
    name: record['name'] ?? '',
    mail: record['email'] ?? '',
    fullName: record['full name'] ?? '',
    groups: (record['groups'] ?? '').split(/[\s;,]+/).filter((group) => group !== ''),
    ...(password === '' ? {} : { password }),
  };
}
