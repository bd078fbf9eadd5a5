import * as z from 'zod';
import { readIfExists, writeAtomic } from '../kit/files.ts';
import type { ClusterFolder } from './folder.ts';

const lastGoodSchema = z.record(z.string(), z.object({ release: z.number().int(), digest: z.string() }));

/** The definition with which each service was last seen healthy: what a failed step goes back to. */
export type LastGood = z.infer<typeof lastGoodSchema>;

/** An unreadable record is an empty one: it costs only the way back, and the next success writes it anew. */
export async function readLastGood({ lastGoodFile }: ClusterFolder): Promise<LastGood> {
  const content = await readIfExists(lastGoodFile);
  if (content === undefined) return {};
  const parsed = lastGoodSchema.safeParse(safeJson(content));
  return parsed.success ? parsed.data : {};
}

export async function writeLastGood({ lastGoodFile }: ClusterFolder, lastGood: LastGood): Promise<void> {
  await writeAtomic(lastGoodFile, `${JSON.stringify(lastGood, null, 1)}\n`);
}

function safeJson(content: string): unknown {
  try {
    return JSON.parse(content);
  } catch {
    return undefined;
  }
}
