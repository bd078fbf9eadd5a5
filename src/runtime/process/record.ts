import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { systemCode } from '../../kit/errors.ts';
import { readIfExists, writeAtomic } from '../../kit/files.ts';
import { processUnitSchema } from '../../stack/process-unit.ts';
import type { Places } from './places.ts';
import { unitPlaces } from './places.ts';
import { identitySchema } from './process-table.ts';
import { accountSchema } from './users.ts';

/** What is kept of one unit, so that whoever comes next knows it: a supervisor after a crash, or a command while there is none. */
export const recordSchema = z.object({
  service: z.string(),
  digest: z.string(),
  release: z.number().int(),
  unit: processUnitSchema,
  account: accountSchema.optional(),
  /** Whether it should run; a unit that was stopped should not. */
  isWanted: z.boolean(),
  restarts: z.number().int(),
  startedAt: z.string().optional(),
  exit: z.object({ code: z.number().int() }).optional(),
  process: identitySchema.optional(),
});

export type UnitRecord = z.infer<typeof recordSchema>;

export async function readRecord(places: Places, service: string): Promise<UnitRecord | undefined> {
  const content = await readIfExists(unitPlaces(places, service).record);
  if (content === undefined) return undefined;
  try {
    return recordSchema.parse(JSON.parse(content));
  } catch {
    // Without a record the unit counts as not applied, and the next apply makes it again.
    return undefined;
  }
}

export async function readRecords(places: Places): Promise<readonly UnitRecord[]> {
  const names = (await namesIn(places.units)).filter((name) => name.endsWith('.json')).map((name) => name.slice(0, -5));
  const records = await Promise.all(names.toSorted().map(async (name) => readRecord(places, name)));
  return records.filter((record) => record !== undefined);
}

export async function writeRecord(places: Places, record: UnitRecord): Promise<void> {
  await writeAtomic(unitPlaces(places, record.service).record, `${JSON.stringify(record)}\n`, 0o600);
}

export async function removeRecord(places: Places, service: string): Promise<void> {
  const { record, envFile, files, log } = unitPlaces(places, service);
  await Promise.all(
    [envFile, log, join(log, '..', `${service}.log.1`), join(log, '..', `${service}.log.2`)].map(async (path) => rm(path, { force: true })),
  );
  await rm(files, { recursive: true, force: true });
  await rm(record, { force: true });
}

async function namesIn(directory: string): Promise<readonly string[]> {
  try {
    return await readdir(directory);
  } catch (cause) {
    if (systemCode(cause) === 'ENOENT') return [];
    throw cause;
  }
}
