import { DatamancyError, messageOf } from '../kit/errors.ts';
import type { Check, CheckResult, Status } from './check.ts';
import { fail, skip } from './check.ts';
import type { CheckContext } from './context.ts';

/** The results of one check, in the order in which it gave them. */
export interface CheckedGroup {
  readonly id: string;
  readonly title: string;
  readonly results: readonly CheckResult[];
}

export interface Validation {
  readonly groups: readonly CheckedGroup[];
  readonly counts: Readonly<Record<Status, number>>;
}

export interface ValidateOptions {
  readonly signal: AbortSignal;
  /** Called with each check as it ends, in no particular order. */
  readonly onChecked?: (group: CheckedGroup) => void;
}

const atOnce = 4;
const usualWithinMs = 60_000;

/** Runs every check, four at a time; results come in the order of the checks. Nothing that a check says shows a secret. */
export async function validate(
  checks: readonly Check[],
  context: CheckContext,
  { signal, onChecked }: ValidateOptions,
): Promise<Validation> {
  const groups: CheckedGroup[] = [];
  let next = 0;
  async function work(): Promise<void> {
    for (let i = next++; i < checks.length; i = next++) {
      signal.throwIfAborted();
      const check = checks[i];
      if (!check) return;
      const results = (await runCheck(check, context, signal)).map((result) => withoutSecrets(result, context));
      const group = { id: check.id, title: check.title, results };
      groups[i] = group;
      onChecked?.(group);
    }
  }
  await Promise.all(Array.from({ length: atOnce }, work));
  signal.throwIfAborted();
  return { groups, counts: countsOf(groups) };
}

async function runCheck(check: Check, context: CheckContext, signal: AbortSignal): Promise<readonly CheckResult[]> {
  const withinMs = check.withinMs ?? usualWithinMs;
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(new Error(`no answer within ${withinMs / 1000} s`)), withinMs);
  const both = AbortSignal.any([signal, late.signal]);
  try {
    const results = await Promise.race([check.run(context, both), rejectWhenAborted(both)]);
    return results.length > 0 ? results : [skip(check, 'nothing in this cluster to ask it of')];
  } catch (cause) {
    signal.throwIfAborted();
    const reason = late.signal.aborted ? messageOf(late.signal.reason) : messageOf(cause);
    const fix = cause instanceof DatamancyError ? cause.fix : 'see what the detail names, then run: datamancy validate';
    return [fail(check, `it could not look: ${reason}`, fix)];
  } finally {
    clearTimeout(timer);
  }
}

function rejectWhenAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    // oxlint-disable-next-line typescript/prefer-promise-reject-errors -- the reason is the error that aborted it
    const leave = (): void => reject(signal.reason);
    if (signal.aborted) leave();
    signal.addEventListener('abort', leave, { once: true });
  });
}

function withoutSecrets({ id, title, status, detail, fix }: CheckResult, { redact }: CheckContext): CheckResult {
  return { id, title, status, detail: redact(detail), fix: redact(fix) };
}

export function countsOf(groups: readonly CheckedGroup[]): Readonly<Record<Status, number>> {
  const counts = { pass: 0, warn: 0, fail: 0, skip: 0 };
  for (const { results } of groups) for (const { status } of results) counts[status]++;
  return counts;
}
