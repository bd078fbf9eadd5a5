import { problemsOf, tidied } from './draft.ts';
import { isSame, shown } from './find.ts';
import type { Draft, People } from './person.ts';

/** A draft and the line of the file on which it begins. */
export interface ImportedDraft extends Draft {
  readonly line: number;
}

export interface ImportProblem {
  readonly line: number;
  readonly what: string;
  readonly fix: string;
}

/** What a file says, before it is held against the directory. */
export interface ImportFile {
  readonly drafts: readonly ImportedDraft[];
  readonly problems: readonly ImportProblem[];
  /** What was left out, in words for the owner. */
  readonly notes: readonly string[];
}

/** What an import would do. With any problem it does nothing. */
export interface ImportPlan {
  readonly added: readonly Draft[];
  /** Names that the directory has already; those people are left as they are. */
  readonly existing: readonly string[];
  readonly problems: readonly ImportProblem[];
}

/** Holds the file against the directory and against itself, and finds every problem at once. */
export function planImport({ drafts, problems }: ImportFile, people: People): ImportPlan {
  const wanted = drafts.map(({ line, ...draft }) => ({ line, draft: tidied(draft) }));
  const isThere = (name: string): boolean => people.people.some((person) => isSame(person.name, name));
  const fresh = wanted.filter(({ draft }) => !isThere(draft.name));
  const found = fresh.flatMap(({ line, draft }, index) => [
    ...problemsOf(draft, people).map((problem) => ({ line, ...problem })),
    ...fresh.slice(0, index).flatMap((earlier) => twice(draft, earlier).map((what) => ({ line, what, fix: 'keep one of them' }))),
  ]);
  return {
    added: fresh.map(({ draft }) => draft),
    existing: wanted.filter(({ draft }) => isThere(draft.name)).map(({ draft }) => draft.name),
    problems: [...problems, ...found].toSorted((one, other) => one.line - other.line),
  };
}

function twice(draft: Draft, earlier: { readonly line: number; readonly draft: Draft }): readonly string[] {
  if (isSame(draft.name, earlier.draft.name)) return [`${shown(draft.name)} stands on line ${earlier.line} already`];
  if (draft.mail !== '' && isSame(draft.mail, earlier.draft.mail))
    return [`${shown(draft.mail)} is the address of ${shown(earlier.draft.name)} on line ${earlier.line} too`];
  return [];
}
