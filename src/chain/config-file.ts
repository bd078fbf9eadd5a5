import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type * as z from 'zod';
import { DatamancyError, messageOf } from '../kit/errors.ts';
import type { Log } from '../kit/log.ts';

/** Reads the file that `datamancy up` wrote for this daemon; throws E_CHAIN_CONFIG that names every key at fault and shows no value. */
export async function readConfig<T extends z.ZodType>(schema: T, path: string): Promise<z.output<T>> {
  const parsed = schema.safeParse(parseJson(await readText(path), path), { reportInput: false });
  if (parsed.success) return parsed.data;
  throw refuse(path, parsed.error.issues.map(({ path: keys, message }) => `${keys.join('.') || 'the file'}: ${message}`).join('; '));
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw refuse(path, messageOf(cause), cause);
  }
}

/** The parser's own message quotes the file, and that may hold the key of an RPC. */
function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw refuse(path, 'is no JSON');
  }
}

function refuse(path: string, what: string, cause?: unknown): DatamancyError {
  const fix =
    'correct it under payments: in cluster.yaml, or with datamancy secrets set where a secret stands in it, and write the file with: datamancy up';
  return new DatamancyError('E_CHAIN_CONFIG', `${path}: ${what}`, { fix, cause });
}

/** An owner may still have the file beside the database that is no longer read: nothing is paid by it, and nobody else would say so. */
export function tellOfFormerFile(database: string, name: string, log: Pick<Log, 'error'>): void {
  const path = join(dirname(database), name);
  if (!existsSync(path)) return;
  log.error(
    { event: 'config.former', path },
    `${name} in the volume is no longer read: say the same under payments: in cluster.yaml, run datamancy up, then remove it`,
  );
}
