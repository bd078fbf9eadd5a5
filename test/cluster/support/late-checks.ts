/** As much of a check's result as tells whether it failed for want of time. */
export interface Told {
  readonly id: string;
  readonly status: 'pass' | 'fail' | 'warn' | 'skip';
  readonly detail: string;
}

/** A machine that runs three clusters may keep a check waiting; any other failure is one of the cluster. */
export function isLate({ status, detail }: Told): boolean {
  return status === 'fail' && /no answer within|timed out|exceeded timeout/i.test(detail);
}

/**
 * Two looks at one cluster as one: of what came too late the first time the second counts, and whatever failed at either for another reason
 * has failed, so that nothing passes which does so only every other time.
 */
export function mergeLooks<T extends Told>(first: readonly T[], second: readonly T[]): readonly T[] {
  const seen = new Map(first.filter((one) => !isLate(one)).map((one) => [one.id, one]));
  for (const one of second) {
    const failed = one.status === 'fail' && !isLate(one);
    if (failed || !seen.has(one.id)) seen.set(one.id, one);
  }
  return [...seen.values()];
}
