import type { Check, CheckResult, Status } from '../check.ts';
import type { CheckContext } from '../context.ts';
import { validate } from '../validate.ts';
import type { Seen } from './cluster.ts';
import { seenCluster } from './cluster.ts';

/** What a check says of a cluster in which all is well but what is given, by the id of each result. */
export async function resultsOf(check: Check, seen: Seen | CheckContext = {}): Promise<ReadonlyMap<string, CheckResult>> {
  const context = 'stack' in seen ? seen : await seenCluster(seen);
  const { groups } = await validate([check], context, { signal: new AbortController().signal });
  return new Map(groups.flatMap(({ results }) => results).map((result) => [result.id, result]));
}

/** The ids of the results that have this status, sorted. */
export function withStatus(results: ReadonlyMap<string, CheckResult>, status: Status): readonly string[] {
  return [...results.values()].flatMap((result) => (result.status === status ? [result.id] : [])).toSorted();
}
