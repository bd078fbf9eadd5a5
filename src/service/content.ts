import { stringify } from 'yaml';
import type { Reveal, Secret, SecretFile, Text, Value } from './text.ts';
import { isPlain, printValue, secretFilesIn, secretsIn } from './text.ts';

/** Data for a printer: plain values and secrets as leaves. */
export type Tree = Value | null | readonly Tree[] | { readonly [key: string]: Tree };

/** Data that shows nothing but itself: no secret stands in it. */
export type Plain = string | number | boolean | null | readonly Plain[] | { readonly [key: string]: Plain };

/** What a config file holds: data and the printer for it, lines of text, or the name of a renderer that reads the whole stack. */
export type Content =
  | { readonly format: 'yaml' | 'json'; readonly data: Tree }
  | { readonly format: 'ini'; readonly data: { readonly [section: string]: { readonly [key: string]: Value } } }
  | { readonly format: 'env'; readonly data: { readonly [key: string]: Value } }
  | { readonly format: 'lines'; readonly lines: readonly (string | Text)[] }
  | { readonly format: 'rendered'; readonly by: string };

/** Content with nothing left to derive. */
export type FinalContent = Exclude<Content, { format: 'rendered' }>;

export function yaml(data: Tree): FinalContent {
  return { format: 'yaml', data };
}

export function json(data: Tree): FinalContent {
  return { format: 'json', data };
}

export function ini(data: { readonly [section: string]: { readonly [key: string]: Value } }): FinalContent {
  return { format: 'ini', data };
}

export function lines(...content: readonly (string | Text)[]): FinalContent {
  return { format: 'lines', lines: content };
}

/** The file that a renderer of this name derives from the whole stack, such as the edge's configuration. */
export function rendered(by: string): Content {
  return { format: 'rendered', by };
}

/** Prints data in its format, escaping each value by the format's own rules. */
export function printContent(content: FinalContent, reveal: Reveal): string {
  switch (content.format) {
    case 'yaml':
      return stringify(plainTree(content.data, reveal), { lineWidth: 0, version: '1.1' });
    case 'json':
      return `${JSON.stringify(plainTree(content.data, reveal), null, 2)}\n`;
    case 'ini':
      return Object.entries(content.data)
        .map(
          ([section, entries]) =>
            `[${section}]\n${Object.entries(entries)
              .map(([key, value]) => `${key} = ${oneLine(key, printValue(value, reveal))}\n`)
              .join('')}`,
        )
        .join('\n');
    case 'env':
      return Object.entries(content.data)
        .map(([key, value]) => `${key}=${quoted(key, printValue(value, reveal))}\n`)
        .join('');
    case 'lines':
      return content.lines.map((line) => `${printValue(line, reveal)}\n`).join('');
  }
}

/** Every secret in clear inside the content; a file with any is private. */
export function secretsInContent(content: Content): readonly Secret[] {
  return leaves(content).flatMap(secretsIn);
}

/** Every secret whose file path the content mentions. */
export function secretFilesInContent(content: Content): readonly Secret[] {
  return leaves(content).flatMap(secretFilesIn);
}

function leaves(content: Content): readonly Value[] {
  switch (content.format) {
    case 'yaml':
    case 'json':
      return leavesOf(content.data);
    case 'ini':
      return Object.values(content.data).flatMap((entries) => Object.values(entries));
    case 'env':
      return Object.values(content.data);
    case 'lines':
      return content.lines;
    case 'rendered':
      return [];
  }
}

function leavesOf(tree: Tree): readonly Value[] {
  if (tree === null) return [];
  if (isLeaf(tree)) return [tree];
  return Object.values(tree).flatMap((branch) => leavesOf(branch));
}

function plainTree(tree: Tree, reveal: Reveal): unknown {
  if (tree === null || isPlain(tree)) return tree;
  if (isLeaf(tree)) return printValue(tree, reveal);
  if (Array.isArray(tree)) return tree.map((branch: Tree) => plainTree(branch, reveal));
  return Object.fromEntries(Object.entries(tree).map(([key, branch]) => [key, plainTree(branch, reveal)]));
}

function isLeaf(tree: Tree): tree is Value {
  if (tree === null) return false;
  if (isPlain(tree)) return true;
  return (
    !Array.isArray(tree) &&
    'kind' in tree &&
    ((tree as Secret | SecretFile | Text).kind === 'secret' ||
      (tree as Secret | SecretFile | Text).kind === 'secret-file' ||
      (tree as Secret | SecretFile | Text).kind === 'text')
  );
}

function oneLine(key: string, printed: string): string {
  if (!/[\r\n]/.test(printed)) return printed;
  throw new Error(`${key} has a line break, which this format cannot hold: give it as a file instead`);
}

/** Single quotes keep `$`, `#`, spaces and line breaks literal in an env file; only a single quote cannot stand inside. */
function quoted(key: string, printed: string): string {
  if (!printed.includes("'")) return `'${printed}'`;
  throw new Error(`${key} has a single quote, which an env file cannot hold: give it as a file instead`);
}
