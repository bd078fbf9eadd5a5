import type { Document, Pair } from 'yaml';
import { isMap, isSeq, parseDocument } from 'yaml';
import type { Splice } from './edit-yaml.ts';
import {
  applySplices,
  insertBelow,
  insertInBrackets,
  isInBrackets,
  linesAfter,
  linesAt,
  removeEmptyValue,
  removeFromBrackets,
  removeLines,
  wordOf,
} from './edit-yaml.ts';

/** What is to be chosen by name, and what no longer; `leaveOut` are services that a profile would choose. */
export interface ServiceEdit {
  readonly add?: readonly string[];
  readonly remove?: readonly string[];
  readonly leaveOut?: readonly string[];
}

/**
 * The text of cluster.yaml with these services added or removed. All else stays as it is to the byte, comments, blank lines and the way
 * in which it is written included.
 */
export function editServices(text: string, { add = [], remove = [], leaveOut = [] }: ServiceEdit): string {
  const added = changed(text, (document) => additions(text, document, add));
  const removed = remove.reduce(
    (left, name) => changed(left, (document) => removal(left, pairOf(document, 'services')?.value, name)),
    added,
  );
  const kept = add.reduce((left, name) => changed(left, (document) => notLeftOut(left, document, name)), removed);
  return changed(kept, (document) => leftOut(kept, document, leaveOut));
}

function changed(text: string, splicesFor: (document: Document.Parsed) => readonly Splice[]): string {
  return applySplices(text, splicesFor(parseDocument(text, { stringKeys: true })));
}

function additions(text: string, document: Document.Parsed, names: readonly string[]): readonly Splice[] {
  if (names.length === 0) return [];
  const services = pairOf(document, 'services');
  const words = names.map((name) => `${name}:`);
  if (services && isMap(services.value)) return insertions(text, services.value, words);
  const lines = words.map((word) => `  ${word}`);
  if (services) return [...removeEmptyValue(services), ...linesAfter(text, services, lines)];
  if (isInBrackets(document.contents)) return insertInBrackets(text, document.contents, [`services: { ${words.join(', ')} }`]);
  return linesAt(text, text.length, ['services:', ...lines]);
}

/** A list that names nothing else goes as a whole. */
function notLeftOut(text: string, document: Document.Parsed, name: string): readonly Splice[] {
  const without = pairOf(document, 'without')?.value;
  if (!isSeq(without)) return [];
  const isOnly = without.items.length === 1 && wordOf(without.items[0]) === name;
  return isOnly ? removal(text, document.contents, 'without') : removal(text, without, name);
}

function leftOut(text: string, document: Document.Parsed, names: readonly string[]): readonly Splice[] {
  if (names.length === 0) return [];
  const without = pairOf(document, 'without')?.value;
  if (isSeq(without)) return insertions(text, without, names);
  const list = `without: [${names.join(', ')}]`;
  if (isInBrackets(document.contents)) return insertInBrackets(text, document.contents, [list]);
  const profiles = pairOf(document, 'profiles');
  return profiles ? linesAfter(text, profiles, [list]) : [];
}

function insertions(text: string, collection: unknown, words: readonly string[]): readonly Splice[] {
  return isInBrackets(collection) ? insertInBrackets(text, collection, words) : insertBelow(text, collection, words);
}

function removal(text: string, collection: unknown, name: string): readonly Splice[] {
  return isInBrackets(collection) ? removeFromBrackets(text, collection, name) : removeLines(text, collection, name);
}

function pairOf({ contents }: Document.Parsed, key: string): Pair | undefined {
  return isMap(contents) ? contents.items.find((item) => wordOf(item.key) === key) : undefined;
}
