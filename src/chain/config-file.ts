import { readFile } from 'node:fs/promises';
import { parse, YAMLParseError } from 'yaml';
import type * as z from 'zod';
import { DatamancyError, messageOf, systemCode } from '../kit/errors.ts';
import { sleep } from '../kit/clock.ts';

const mostBytes = 256 * 1024;

/** Reads YAML, of which JSON is a part, by a schema; throws E_CHAIN_CONFIG that names every key at fault. */
export function parseConfig<T extends z.ZodType>(schema: T, text: string, name: string): z.output<T> {
  if (text.length > mostBytes) throw refuse(name, 'is larger than 256 KiB');
  const tree = readYaml(text, name);
  const parsed = schema.safeParse(tree ?? {}, { reportInput: false });
  if (parsed.success) return parsed.data;
  throw refuse(name, parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'the file'}: ${message}`).join('; '));
}

function readYaml(text: string, name: string): unknown {
  try {
    return parse(text, { maxAliasCount: 0 });
  } catch (cause) {
    throw refuse(name, placeOf(cause));
  }
}

/** The parser's own message quotes the file, and that may hold the key of an RPC: only what is wrong and where is told. */
function placeOf(cause: unknown): string {
  if (!(cause instanceof YAMLParseError)) return 'cannot be read as YAML; aliases are not taken';
  const { line = 0, col = 0 } = cause.linePos?.[0] ?? {};
  return `is no YAML: ${cause.code.toLowerCase().replaceAll('_', ' ')} at line ${line}, column ${col}`;
}

/** The file's text; empty where the owner has written none yet. */
export async function readConfig(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    if (systemCode(cause) === 'ENOENT') return '';
    throw refuse(path, messageOf(cause), cause);
  }
}

/** Tells of each change of the file until the signal is aborted. */
export async function watchConfig(path: string, seen: string, onChange: (text: string) => void, signal: AbortSignal): Promise<void> {
  let last = seen;
  while (!signal.aborted) {
    await sleep(2000, signal).catch(() => undefined);
    const text = await readConfig(path).catch(() => last);
    if (signal.aborted || text === last) continue;
    last = text;
    onChange(text);
  }
}

function refuse(name: string, what: string, cause?: unknown): DatamancyError {
  return new DatamancyError('E_CHAIN_CONFIG', `${name}: ${what}`, { fix: 'correct the file and write it again', cause });
}
