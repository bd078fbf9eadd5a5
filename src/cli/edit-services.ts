import type { Document, Pair } from 'yaml';
import { isMap, isNode, isScalar, isSeq, parseDocument } from 'yaml';

/** What is to be chosen by name, and what no longer; `leaveOut` are services that a profile would choose. */
export interface ServiceEdit {
  readonly add?: readonly string[];
  readonly remove?: readonly string[];
  readonly leaveOut?: readonly string[];
}

interface Splice {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/**
 * The text of cluster.yaml with these services added or removed. Every other line stays as it is to the byte, comments and blank lines
 * included; only where services stand in braces is the file printed anew, with a line for each.
 */
export function editServices(text: string, edit: ServiceEdit): string {
  const document = parseDocument(text, { stringKeys: true });
  const services = pairOf(document, 'services');
  const without = pairOf(document, 'without');
  const left = leftOut(without, edit);
  if (isPrintedAnew(services, without)) return printAnew(document, edit, left);
  const splices = [...removals(text, services, edit), ...insertions(text, services, edit), ...withoutSplices(text, document, left)];
  return splices
    .toSorted((a, b) => b.from - a.from)
    .reduce((edited, splice) => edited.slice(0, splice.from) + splice.text + edited.slice(splice.to), text);
}

function leftOut(without: Pair | undefined, { add = [], leaveOut = [] }: ServiceEdit): readonly string[] {
  const before = isSeq(without?.value) ? without.value.items.map(wordOf) : [];
  return [...before.filter((name) => !add.includes(name)), ...leaveOut];
}

function isPrintedAnew(services: Pair | undefined, without: Pair | undefined): boolean {
  const inBraces = isMap(services?.value) && (services.value.flow === true || services.value.items.length === 0);
  return inBraces || (isSeq(without?.value) && without.value.flow !== true);
}

function printAnew(document: Document.Parsed, { add = [], remove = [] }: ServiceEdit, left: readonly string[]): string {
  if (add.length > 0 && !isMap(document.get('services'))) document.set('services', document.createNode({}));
  const services = document.get('services');
  if (isMap(services)) services.flow = false;
  for (const name of remove) document.deleteIn(['services', name]);
  for (const name of add) document.setIn(['services', name], null);
  if (left.length > 0) document.set('without', document.createNode(left, { flow: true }));
  else document.delete('without');
  return document.toString({ lineWidth: 0, nullStr: '' });
}

/** The lines of each service. Lines of comment above them stay: they may be about those that follow. */
function removals(text: string, services: Pair | undefined, { remove = [] }: ServiceEdit): readonly Splice[] {
  return itemsOf(services)
    .filter(({ key }) => remove.includes(wordOf(key)))
    .map((item) => linesOf(text, item));
}

function insertions(text: string, services: Pair | undefined, { add = [] }: ServiceEdit): readonly Splice[] {
  if (add.length === 0) return [];
  const last = itemsOf(services).at(-1);
  const indent = ' '.repeat(last ? columnOf(text, startOf(last.key)) : 2);
  const lines = add.map((name) => `${indent}${name}:`);
  return [services ? linesAfter(text, last ?? services, lines) : linesAt(text, text.length, ['services:', ...lines])];
}

function withoutSplices(text: string, document: Document.Parsed, left: readonly string[]): readonly Splice[] {
  const without = pairOf(document, 'without');
  const profiles = pairOf(document, 'profiles');
  const list = `[${left.join(', ')}]`;
  if (without) {
    if (left.length === 0) return [linesOf(text, without)];
    return [{ from: startOf(without.value), to: endOf(without), text: list }];
  }
  return profiles && left.length > 0 ? [linesAfter(text, profiles, [`without: ${list}`])] : [];
}

function linesOf(text: string, pair: Pair): Splice {
  return { from: startOf(pair.key) - columnOf(text, startOf(pair.key)), to: lineEnd(text, endOf(pair)), text: '' };
}

function linesAfter(text: string, pair: Pair, lines: readonly string[]): Splice {
  return linesAt(text, lineEnd(text, endOf(pair)), lines);
}

function linesAt(text: string, offset: number, lines: readonly string[]): Splice {
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  const begins = offset > 0 && text[offset - 1] !== '\n' ? newline : '';
  return { from: offset, to: offset, text: `${begins}${lines.join(newline)}${newline}` };
}

function pairOf({ contents }: Document.Parsed, key: string): Pair | undefined {
  return isMap(contents) ? contents.items.find((item) => wordOf(item.key) === key) : undefined;
}

function itemsOf(pair: Pair | undefined): readonly Pair[] {
  return isMap(pair?.value) ? pair.value.items : [];
}

function wordOf(node: unknown): string {
  return isScalar(node) ? String(node.value) : '';
}

function startOf(node: unknown): number {
  return isNode(node) ? (node.range?.[0] ?? 0) : 0;
}

/** Where the last word of a pair ends. What the parser calls the end of a block lies behind the comments below it. */
function endOf({ key, value }: Pair): number {
  if (isMap(value) && value.flow !== true) {
    const last = value.items.at(-1);
    if (last) return endOf(last);
  }
  if (isSeq(value) && value.flow !== true && value.items.length > 0) return rangeEnd(value.items.at(-1));
  const isEmpty = isScalar(value) && value.source === '';
  return isEmpty ? rangeEnd(key) : Math.max(rangeEnd(key), rangeEnd(value));
}

function rangeEnd(node: unknown): number {
  return isNode(node) ? (node.range?.[1] ?? 0) : 0;
}

function columnOf(text: string, offset: number): number {
  return offset - (text.lastIndexOf('\n', offset - 1) + 1);
}

/** Behind the line in which this offset is, or where text ends with the line's own end. */
function lineEnd(text: string, offset: number): number {
  if (offset > 0 && text[offset - 1] === '\n') return offset;
  const end = text.indexOf('\n', offset);
  return end < 0 ? text.length : end + 1;
}
