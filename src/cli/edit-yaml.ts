import type { Pair } from 'yaml';
import { isCollection, isMap, isNode, isPair, isScalar, isSeq } from 'yaml';

/** One place of a text and what is to stand there. */
export interface Splice {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

interface Item {
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

export function applySplices(text: string, splices: readonly Splice[]): string {
  return splices
    .toSorted((a, b) => b.from - a.from || b.to - a.to)
    .reduce((edited, splice) => edited.slice(0, splice.from) + splice.text + edited.slice(splice.to), text);
}

export function isInBrackets(node: unknown): boolean {
  return isCollection(node) && node.flow === true;
}

/** The word that a scalar is, and the empty string for anything else. */
export function wordOf(node: unknown): string {
  return isScalar(node) ? String(node.value) : '';
}

/** Puts words behind the last item of what stands in brackets: beside it, or below where each item has a line. */
export function insertInBrackets(text: string, collection: unknown, words: readonly string[]): readonly Splice[] {
  const last = itemsOf(text, collection).at(-1);
  if (!last) {
    const from = startOf(collection) + 1;
    return [{ from, to: from, text: ` ${words.join(', ')}${/\s/.test(text[from] ?? '') ? '' : ' '}` }];
  }
  const rest = text.slice(last.to, rangeEnd(collection) - 1);
  const indent = /^[ \t]*$/.exec(text.slice(lineStart(text, last.from), last.from))?.[0];
  if (!rest.includes('\n') || indent === undefined) return [{ from: last.to, to: last.to, text: `, ${words.join(', ')}` }];
  const hasComma = rest.replaceAll(/#.*/g, '').includes(',');
  const lines = words.map((word, index) => `${indent}${word}${hasComma || index < words.length - 1 ? ',' : ''}`);
  const below = linesAt(text, lineEnd(text, last.to), lines);
  return hasComma ? below : [{ from: last.to, to: last.to, text: ',' }, below].flat();
}

/** Takes an item out of what stands in brackets, with its comma, and with its lines where it has them for itself. */
export function removeFromBrackets(text: string, collection: unknown, name: string): readonly Splice[] {
  const items = itemsOf(text, collection);
  const index = items.findIndex((item) => item.name === name);
  const item = items[index];
  if (!item) return [];
  const to = item.to + (/^\s*,/.exec(text.slice(item.to))?.[0].length ?? 0);
  const before = text.slice(lineStart(text, item.from), item.from);
  const line = /^[ \t]*(?:#.*)?\r?(?:\n|$)/.exec(text.slice(to));
  if (line && before.trim() === '') return [{ from: item.from - before.length, to: to + line[0].length, text: '' }];
  const comma = index === items.length - 1 ? (/[ \t]*,[ \t]*$/.exec(before)?.[0].length ?? 0) : 0;
  if (comma > 0) return [{ from: item.from - comma, to: item.to, text: '' }];
  return [{ from: item.from, to: to + (/^[ \t]*(?![ \t#])/.exec(text.slice(to))?.[0].length ?? 0), text: '' }];
}

/** Lines behind those of the last item, as far to the right as it is. */
export function insertBelow(text: string, collection: unknown, words: readonly string[]): readonly Splice[] {
  const last = itemsOf(text, collection).at(-1);
  if (!last) return [];
  const before = /^[ \t]*(?:- +)?/.exec(text.slice(lineStart(text, last.from)))?.[0] ?? '';
  return linesAt(
    text,
    lineEnd(text, last.to),
    words.map((word) => `${before}${word}`),
  );
}

/** The lines of an item. Lines of comment above them stay: they may be about those that follow. */
export function removeLines(text: string, collection: unknown, name: string): readonly Splice[] {
  return itemsOf(text, collection)
    .filter((item) => item.name === name)
    .map(({ from, to }) => ({ from: lineStart(text, from), to: lineEnd(text, to), text: '' }));
}

export function linesAfter(text: string, pair: Pair, lines: readonly string[]): readonly Splice[] {
  return linesAt(text, lineEnd(text, endOf(text, pair)), lines);
}

export function linesAt(text: string, offset: number, lines: readonly string[]): readonly Splice[] {
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  const begins = offset > 0 && text[offset - 1] !== '\n' ? newline : '';
  return [{ from: offset, to: offset, text: `${begins}${lines.join(newline)}${newline}` }];
}

/** A word such as `~` that says that there is nothing. */
export function removeEmptyValue({ value }: Pair): readonly Splice[] {
  return isScalar(value) && value.source !== '' ? [{ from: startOf(value), to: rangeEnd(value), text: '' }] : [];
}

function itemsOf(text: string, collection: unknown): readonly Item[] {
  if (isMap(collection))
    return collection.items.map((pair) => ({ name: wordOf(pair.key), from: startOf(pair.key), to: endOf(text, pair) }));
  if (isSeq(collection)) return collection.items.map((item) => ({ name: wordOf(item), from: startOf(item), to: rangeEnd(item) }));
  return [];
}

/** Where the last word of a pair ends. What the parser calls the end of a block lies behind the comments below it. */
function endOf(text: string, { key, value }: Pair): number {
  if (isCollection(value) && value.flow !== true && value.items.length > 0) {
    const last = value.items.at(-1);
    return isPair(last) ? endOf(text, last) : rangeEnd(last);
  }
  if (!isScalar(value) || value.source !== '') return Math.max(rangeEnd(key), rangeEnd(value));
  return rangeEnd(key) + (/^\s*:/.exec(text.slice(rangeEnd(key)))?.[0].length ?? 0);
}

function startOf(node: unknown): number {
  return isNode(node) ? (node.range?.[0] ?? 0) : 0;
}

function rangeEnd(node: unknown): number {
  return isNode(node) ? (node.range?.[1] ?? 0) : 0;
}

function lineStart(text: string, offset: number): number {
  return text.lastIndexOf('\n', offset - 1) + 1;
}

/** Behind the line in which this offset is, or where text ends with the line's own end. */
function lineEnd(text: string, offset: number): number {
  if (offset > 0 && text[offset - 1] === '\n') return offset;
  const end = text.indexOf('\n', offset);
  return end < 0 ? text.length : end + 1;
}
