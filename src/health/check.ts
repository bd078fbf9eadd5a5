import type { CheckContext } from './context.ts';

export type Status = 'pass' | 'warn' | 'fail' | 'skip';

/** What was found about one thing. `fix` is empty where nothing is to be done. */
export interface CheckResult {
  /** Stable, as in `route.adminer.member`; behind the first dot stands the service, where it is about one. */
  readonly id: string;
  readonly title: string;
  readonly status: Status;
  readonly detail: string;
  readonly fix: string;
}

/**
 * One question about a running cluster, asked of everything it applies to. It looks and never touches. What it could not see
 * is `skip` or `fail` with the reason, never `pass`; whatever it throws counts as a failure to look.
 */
export interface Check {
  readonly id: string;
  readonly title: string;
  /** Past it the check has failed; 60 s where absent. */
  readonly withinMs?: number;
  /** It looks at the machine, or at the cluster as a whole, and is left out where services are named. */
  readonly isGeneral?: true;
  run(context: CheckContext, signal: AbortSignal): Promise<readonly CheckResult[]>;
}

/** What a result is about: the last part of its id, and its title. */
interface Subject {
  readonly id: string;
  readonly title: string;
}

export function pass({ id, title }: Subject, detail: string): CheckResult {
  return { id, title, status: 'pass', detail, fix: '' };
}

export function skip({ id, title }: Subject, detail: string): CheckResult {
  return { id, title, status: 'skip', detail, fix: '' };
}

export function warn({ id, title }: Subject, detail: string, fix: string): CheckResult {
  return { id, title, status: 'warn', detail, fix };
}

export function fail({ id, title }: Subject, detail: string, fix: string): CheckResult {
  return { id, title, status: 'fail', detail, fix };
}
