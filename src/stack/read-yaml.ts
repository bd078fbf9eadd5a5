import type { CST, Document, Pair } from 'yaml';
import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument, Parser, visit } from 'yaml';
import { messageOf } from '../kit/errors.ts';
import type { Position, Problem } from './problem.ts';

/** A file of YAML as plain data, with the place of everything in it. */
export interface YamlFile {
  readonly data: unknown;
  readonly problems: readonly Problem[];
  /** Where the value at a path stands; a map, a list and nothing are found at their key, what is absent at the nearest key above it. */
  readonly positionOf: (path: readonly string[]) => Position;
  readonly keyPositionOf: (path: readonly string[]) => Position;
}

const start: Position = { line: 1, column: 1 };
const largestBytes = 512 * 1024;
const deepest = 40;
const mostAliases = 100;

/** Reads YAML from any hand: size, depth and aliases are bounded, and what is wrong is a value. */
export function readYaml(text: string): YamlFile {
  const lines = new LineCounter();
  const at = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return line === 0 ? start : { line, column: col };
  };
  const refused = refusal(text, lines, at);
  if (refused) return { data: undefined, problems: [refused], positionOf: () => start, keyPositionOf: () => start };

  try {
    const document = parseDocument(text, { prettyErrors: false, stringKeys: true, uniqueKeys: false });
    const problems = [
      ...duplicateKeys(document, at),
      ...document.errors.map(({ code, message, pos }) => syntaxProblem(code, message, at(pos[0]))),
      ...document.warnings.map(({ message, pos }) => syntaxProblem('TAG', message, at(pos[0]))),
    ];
    const loose = problems.length > 0 ? undefined : aliasProblem(document, at);
    const sound = problems.length === 0 && !loose;
    return {
      data: sound ? document.toJS({ maxAliasCount: mostAliases }) : undefined,
      problems: loose ? [loose] : problems,
      positionOf: (path) => at(offsetOf(document, path, 'value')),
      keyPositionOf: (path) => at(offsetOf(document, path, 'key')),
    };
  } catch (cause) {
    return { data: undefined, problems: [unreadable(messageOf(cause))], positionOf: () => start, keyPositionOf: () => start };
  }
}

/** Composing recurses, and far down it ends the process instead of throwing; so depth is measured on the tokens first. */
function refusal(text: string, lines: LineCounter, at: (offset: number) => Position): Problem | undefined {
  if (Buffer.byteLength(text) > largestBytes) {
    const fix = 'keep cluster.yaml to the declaration; data belongs into volumes';
    return { ...unreadable(`is larger than ${largestBytes / 1024} KiB`), fix };
  }
  const open = [...new Parser(lines.addNewLine).parse(text)].map((token: CST.Token) => ({ token, depth: 0 }));
  for (let next = open.pop(); next; next = open.pop()) {
    const { token, depth } = next;
    if (depth > deepest)
      return { ...unreadable('is nested too deeply'), position: at(token.offset), fix: `nest at most ${deepest} levels` };
    for (const inner of tokensIn(token)) open.push({ token: inner, depth: depth + 1 });
  }
  return undefined;
}

function tokensIn(token: CST.Token): readonly CST.Token[] {
  if (token.type === 'document') return token.value ? [token.value] : [];
  if (!('items' in token)) return [];
  return token.items.flatMap((item) => [item.key, item.value].filter((inner) => inner !== undefined && inner !== null));
}

function unreadable(why: string): Problem {
  return {
    rule: 'yaml-syntax',
    where: 'cluster.yaml',
    message: why,
    fix: 'write plain keys and values, without anchors (&name) and aliases (*name)',
    position: start,
  };
}

function syntaxProblem(code: string, message: string, position: Position): Problem {
  const problem = { where: 'cluster.yaml', position };
  switch (code) {
    case 'TAB_AS_INDENT':
      return { ...problem, rule: 'yaml-syntax', message: 'a tab indents this line', fix: 'indent with spaces' };
    case 'MULTIPLE_DOCS':
      return { ...problem, rule: 'yaml-syntax', message: 'a second document begins here', fix: 'keep one document: remove the line ---' };
    case 'TAG':
      return {
        ...problem,
        rule: 'yaml-syntax',
        message: message.replace('Unresolved tag:', 'unknown tag'),
        fix: 'remove the tag; plain text, numbers, true and false need none',
      };
    default:
      return {
        ...problem,
        rule: 'yaml-syntax',
        message: `this is no YAML: ${firstLower(message)}`,
        fix: 'correct the line, or the one above it',
      };
  }
}

/** Found here, because the parser's own report gives the wrong place for a key without a value. */
function duplicateKeys(document: Document.Parsed, at: (offset: number) => Position): readonly Problem[] {
  const found: Problem[] = [];
  visit(document, {
    Map: (_, map) => {
      const seen = new Set<string>();
      for (const { key } of map.items) {
        const name = isScalar(key) ? String(key.value) : undefined;
        if (name !== undefined && seen.has(name)) {
          const message = `${JSON.stringify(name)} stands here a second time`;
          found.push({
            rule: 'duplicate-key',
            where: 'cluster.yaml',
            message,
            fix: 'keep one of the two',
            position: at(rangeStart(key) ?? 0),
          });
        }
        if (name !== undefined) seen.add(name);
      }
    },
  });
  return found;
}

function aliasProblem(document: Document.Parsed, at: (offset: number) => Position): Problem | undefined {
  let found: Problem | undefined;
  let count = 0;
  visit(document, {
    Alias: (_, alias) => {
      count += 1;
      const isLoose = alias.resolve(document) === undefined;
      if (!isLoose && count <= mostAliases) return undefined;
      const message = isLoose
        ? `*${alias.source} stands for nothing: no &${alias.source} comes before it`
        : `has more than ${mostAliases} aliases`;
      const fix = isLoose ? 'write the value itself, or put quotes around text that begins with a star' : 'write the values themselves';
      found = { rule: 'yaml-syntax', where: 'cluster.yaml', message, fix, position: at(rangeStart(alias) ?? 0) };
      return visit.BREAK;
    },
  });
  return found;
}

function firstLower(message: string): string {
  return message.charAt(0).toLowerCase() + message.slice(1);
}

function offsetOf(document: Document.Parsed, path: readonly string[], wanted: 'key' | 'value'): number {
  let node: unknown = document.contents;
  let offset = rangeStart(node) ?? 0;
  for (const [depth, key] of path.entries()) {
    if (isAlias(node)) node = node.resolve(document);
    if (isSeq(node)) {
      node = node.items[Number(key)];
      offset = rangeStart(node) ?? offset;
      continue;
    }
    const pair: Pair | undefined = isMap(node)
      ? node.items.find((item) => isScalar(item.key) && String(item.key.value) === key)
      : undefined;
    if (!pair) return offset;
    offset = rangeStart(pair.key) ?? offset;
    node = pair.value;
    const isLast = depth === path.length - 1;
    const isValue = isScalar(node) && node.value !== null;
    if (isLast && wanted === 'value' && isValue) offset = rangeStart(node) ?? offset;
  }
  return offset;
}

function rangeStart(node: unknown): number | undefined {
  const range = typeof node === 'object' && node !== null && 'range' in node ? node.range : undefined;
  return Array.isArray(range) && typeof range[0] === 'number' ? range[0] : undefined;
}
