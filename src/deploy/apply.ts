import type { Step } from '../contracts/index.ts';
import { sleep } from '../kit/clock.ts';
import { messageOf } from '../kit/errors.ts';
import type { Change, Release, Runtime, Unit } from '../runtime/runtime.ts';
import { diff } from '../runtime/runtime.ts';
import type { Reveal } from '../service/index.ts';
import type { ResolvedService } from '../stack/stack.ts';
import { failureOf, isFatal } from './failure.ts';
import type { LastGood } from './last-good.ts';
import type { Outcome, Phase, Progress } from './outcome.ts';
import { restoreLastGood } from './restore.ts';
import { runSteps } from './run-steps.ts';

export interface ApplyInput {
  readonly services: readonly ResolvedService[];
  readonly release: Release;
  /** Commands that make each provider honour its grants, by provider. */
  readonly steps: ReadonlyMap<string, readonly Step[]>;
  readonly lastGood: LastGood;
  readonly releaseOf: (number: number) => Promise<Release>;
  readonly runtime: Runtime;
  readonly reveal: Reveal;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
  /** Milliseconds between two looks; 200 where absent. */
  readonly lookEveryMs?: number;
}

interface Mark {
  readonly phase: Phase;
  readonly change: Change | undefined;
  /** From when on its time counts. */
  readonly since: number;
  /** How often it had been restarted before this run. */
  readonly restarts: number;
  /** Whether it was ready in this run and then was not. */
  readonly relapsed: boolean;
}

/**
 * Brings the runtime to the release: each service once its providers are ready, each gated on its own health. A service that
 * fails gets its last good definition back and the rest goes on where it does not depend on it. Level-based: what an earlier
 * run has done is found done, so a run that was killed is continued by the next. Throws where the runtime does not answer or
 * the signal is aborted, and only once nothing of its own goes on any more.
 */
export async function applyRelease(input: ApplyInput): Promise<readonly Outcome[]> {
  const { services, release, runtime, signal, onProgress } = input;
  const found = await runtime.observe(signal);
  const changes = diff(release, found);
  const removed = changes.filter(({ kind }) => kind === 'remove').map(({ service }) => service);
  if (removed.length > 0) await runtime.remove(removed, signal);
  for (const service of removed) onProgress({ service, phase: 'removed' });

  const outcomes = new Map<string, Outcome>();
  const marks = new Map(services.map(({ name }) => [name, firstMark(name)]));
  const running = new Set<Promise<void>>();
  const broken: Promise<void>[] = [];
  try {
    await untilSettled();
  } finally {
    await Promise.all(running);
  }
  return [
    ...services.flatMap(({ name }) => outcomes.get(name) ?? []),
    ...removed.map((service): Outcome => ({ service, kind: 'removed' })),
  ];

  function firstMark(name: string): Mark {
    const change = changes.find(({ service }) => service === name);
    const restarts = change ? 0 : (found.find(({ service }) => service === name)?.restarts ?? 0);
    return { phase: change ? 'waiting' : 'starting', change, since: Date.now(), restarts, relapsed: false };
  }

  async function untilSettled(): Promise<void> {
    for (;;) {
      signal.throwIfAborted();
      await startNext();
      const units = new Map((await runtime.observe(signal)).map((unit) => [unit.service, unit]));
      await broken[0];
      for (const service of services) look(service, units.get(service.name));
      if (running.size === 0 && services.every(({ name }) => !isOpen(name))) return;
      if (!services.some(isStartable)) await sleep(input.lookEveryMs ?? 200, signal);
    }
  }

  function isOpen(name: string): boolean {
    return ['waiting', 'starting', 'granting', 'failing'].includes(marks.get(name)?.phase ?? 'failed');
  }

  function isReady(name: string): boolean {
    return marks.get(name)?.phase === 'ready';
  }

  function isStartable({ name, dependsOn }: ResolvedService): boolean {
    return marks.get(name)?.phase === 'waiting' && dependsOn.every(isReady);
  }

  async function startNext(): Promise<void> {
    for (const { name, dependsOn } of services) {
      const by = dependsOn.find((provider) => !isOpen(provider) && !isReady(provider));
      if (marks.get(name)?.phase === 'waiting' && by !== undefined)
        finish({ service: name, kind: 'blocked', by }, 'blocked', `waits for ${by}`);
    }
    const batch = services.filter(isStartable).map(({ name }) => name);
    if (batch.length === 0) return;
    for (const name of batch) move(name, 'starting');
    await start(batch);
  }

  /** A batch that the runtime refuses is tried one by one, so that only the service at fault is failed. */
  async function start(batch: readonly string[]): Promise<void> {
    try {
      await runtime.apply(release, batch, signal);
      for (const name of batch) mark(name, { since: Date.now() });
    } catch (cause) {
      if (isFatal(cause, signal)) throw cause;
      const [first, ...others] = batch;
      if (first !== undefined && others.length === 0) await fail(first, messageOf(cause), undefined);
      else for (const name of batch) await start([name]);
    }
  }

  function look(service: ResolvedService, unit: Unit | undefined): void {
    const { name, dependsOn } = service;
    const isHealthy = unit?.state === 'healthy';
    const seen = marks.get(name);
    if (seen?.phase === 'ready' && !isHealthy) {
      move(name, 'starting');
      mark(name, { since: seen.relapsed ? seen.since : Date.now(), relapsed: true });
    }
    const now = marks.get(name);
    if (now?.phase !== 'starting') return;
    if (isHealthy) {
      follow(honourGrants(name));
      return;
    }
    if (!now.change && dependsOn.some(isOpen)) mark(name, { since: Date.now() });
    const past = { waitedMs: Date.now() - (marks.get(name)?.since ?? 0), wasRunning: !now.change, restarts: now.restarts };
    const cause = failureOf(service, unit, past);
    if (cause !== undefined) follow(fail(name, cause, unit?.healthOutput));
  }

  /** Lets it go on beside the others. What it throws ends the run at the next look. */
  function follow(work: Promise<void>): void {
    const settled = work.catch(() => void broken.push(work)).finally(() => running.delete(settled));
    running.add(settled);
  }

  async function honourGrants(name: string): Promise<void> {
    const steps = input.steps.get(name) ?? [];
    if (steps.length > 0) move(name, 'granting', steps.map(({ title }) => title).join(', '));
    const refusal = await runSteps(name, steps, input);
    if (refusal !== undefined) return fail(name, refusal, undefined);
    finish({ service: name, kind: marks.get(name)?.change ? 'ready' : 'unchanged' }, 'ready');
  }

  async function fail(name: string, cause: string, healthOutput: string | undefined): Promise<void> {
    move(name, 'failing', cause);
    const words = await runtime
      .logs(name, { tail: 20 }, signal)
      .catch((unread: unknown) => [`(its log could not be read: ${messageOf(unread)})`]);
    const { from, why } = await restoreLastGood(name, input);
    const whole = why === undefined ? cause : `${cause}; its last good definition could not be started again: ${why}`;
    finish(
      { service: name, kind: 'failed', cause: whole, words, healthOutput, restoredFrom: from },
      from === undefined ? 'failed' : 'restored',
      whole,
    );
  }

  function finish(outcome: Outcome, phase: Phase, detail?: string): void {
    outcomes.set(outcome.service, outcome);
    move(outcome.service, phase, detail);
  }

  function move(service: string, phase: Phase, detail?: string): void {
    mark(service, { phase });
    onProgress({ service, phase, ...(detail === undefined ? {} : { detail }) });
  }

  function mark(name: string, changed: Partial<Mark>): void {
    const known = marks.get(name);
    if (known) marks.set(name, { ...known, ...changed });
  }
}
