import type { Step } from '../contracts/index.ts';
import { sleep } from '../kit/clock.ts';
import { DatamancyError, messageOf } from '../kit/errors.ts';
import type { Change, Release, Runtime, Unit } from '../runtime/runtime.ts';
import { diff } from '../runtime/runtime.ts';
import type { Reveal } from '../service/index.ts';
import { printValue } from '../service/index.ts';
import type { ResolvedService } from '../stack/stack.ts';
import type { LastGood } from './last-good.ts';

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

export type Phase = 'waiting' | 'starting' | 'granting' | 'ready' | 'failed' | 'restored' | 'blocked' | 'removed';

export interface Progress {
  readonly service: string;
  readonly phase: Phase;
  readonly detail?: string;
}

/** How it ended for one service. A failure says why in the unit's own last words. */
export type Outcome =
  | { readonly service: string; readonly kind: 'unchanged' | 'ready' | 'removed' }
  | { readonly service: string; readonly kind: 'blocked'; readonly by: string }
  | { readonly service: string; readonly kind: 'failed'; readonly cause: string; readonly words: readonly string[]; readonly healthOutput: string | undefined; readonly restoredFrom: number | undefined };

type Mark = { phase: Phase; change: Change | undefined; since: number };

/**
 * Brings the runtime to the release: each service once its providers are ready, each gated on its own health. A service that
 * fails gets its last good definition back and the rest goes on where it does not depend on it. Level-based: what an earlier
 * run has done is found done, so a run that was killed is continued by the next.
 */
export async function applyRelease(input: ApplyInput): Promise<readonly Outcome[]> {
  const { services, release, runtime, signal, onProgress } = input;
  const changes = diff(release, await runtime.observe(signal));
  const removed = changes.filter(({ kind }) => kind === 'remove').map(({ service }) => service);
  if (removed.length > 0) await runtime.remove(removed, signal);
  for (const service of removed) onProgress({ service, phase: 'removed' });

  const outcomes = new Map<string, Outcome>();
  const byService = new Map(changes.map((change) => [change.service, change]));
  const marks = new Map<string, Mark>(
    services.map(({ name }) => [name, { phase: byService.has(name) ? 'waiting' : 'starting', change: byService.get(name), since: Date.now() }]),
  );
  const running = new Set<Promise<void>>();

  for (;;) {
    signal.throwIfAborted();
    await startNext();
    const units = new Map((await runtime.observe(signal)).map((unit) => [unit.service, unit]));
    for (const service of services) if (phaseOf(service.name) === 'starting') look(service, units.get(service.name));
    if (running.size === 0 && [...marks.values()].every(({ phase }) => phase !== 'waiting' && phase !== 'starting')) break;
    if (!services.some(isStartable)) await sleep(input.lookEveryMs ?? 200, signal);
  }
  return services.map(({ name }) => outcomes.get(name)).filter((outcome) => outcome !== undefined).concat(removed.map((service) => ({ service, kind: 'removed' })));

  function phaseOf(name: string): Phase | undefined {
    return marks.get(name)?.phase;
  }

  function isStartable({ name, dependsOn }: ResolvedService): boolean {
    return phaseOf(name) === 'waiting' && dependsOn.every((provider) => phaseOf(provider) === 'ready');
  }

  async function startNext(): Promise<void> {
    for (const { name, dependsOn } of services) {
      const broken = dependsOn.find((provider) => ['failed', 'restored', 'blocked'].includes(phaseOf(provider) ?? 'blocked'));
      if (phaseOf(name) === 'waiting' && broken !== undefined) finish({ service: name, kind: 'blocked', by: broken }, 'blocked', `waits for ${broken}`);
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
      for (const name of batch) marks.set(name, { phase: 'starting', change: byService.get(name), since: Date.now() });
    } catch (cause) {
      if (!(cause instanceof DatamancyError) || cause.code === 'E_ENGINE_UNREACHABLE' || signal.aborted) throw cause;
      const [first, ...others] = batch;
      if (first !== undefined && others.length === 0) await fail(first, cause.message, undefined);
      else for (const name of batch) await start([name]);
    }
  }

  function look(service: ResolvedService, unit: Unit | undefined): void {
    const mark = marks.get(service.name);
    if (!mark) return;
    if (unit?.state === 'healthy') {
      follow(honourGrants(service));
      return;
    }
    const cause = failureOf(service, unit, Date.now() - mark.since);
    if (cause !== undefined) follow(fail(service.name, cause, unit?.healthOutput));
  }

  function follow(work: Promise<void>): void {
    const settled = work.finally(() => running.delete(settled));
    running.add(settled);
    settled.catch(() => undefined);
  }

  async function honourGrants({ name }: ResolvedService): Promise<void> {
    const steps = input.steps.get(name) ?? [];
    if (steps.length > 0) move(name, 'granting', steps.map(({ title }) => title).join(', '));
    try {
      for (const step of steps) {
        const result = await runtime.exec(name, step.argv, { input: printValue(step.input, input.reveal) }, signal);
        if (!(step.okStatuses ?? [0]).includes(result.status)) {
          await fail(name, `${step.title} could not be granted (status ${result.status}): ${lastLine(result.stderr || result.stdout)}`, undefined);
          return;
        }
      }
    } catch (cause) {
      await fail(name, `its grants could not be applied: ${messageOf(cause)}`, undefined);
      return;
    }
    finish({ service: name, kind: marks.get(name)?.change ? 'ready' : 'unchanged' }, 'ready');
  }

  async function fail(name: string, cause: string, healthOutput: string | undefined): Promise<void> {
    move(name, 'granting', 'failing');
    const words = await runtime.logs(name, { tail: 20 }, signal).catch((unread: unknown) => [`(its log could not be read: ${messageOf(unread)})`]);
    const restoredFrom = await restore(name);
    finish({ service: name, kind: 'failed', cause, words, healthOutput, restoredFrom }, restoredFrom === undefined ? 'failed' : 'restored', cause);
  }

  async function restore(name: string): Promise<number | undefined> {
    const good = input.lastGood[name];
    if (!good || good.digest === release.services[name]?.digest) return undefined;
    try {
      await runtime.apply(await input.releaseOf(good.release), [name], signal);
      return good.release;
    } catch {
      return undefined;
    }
  }

  function finish(outcome: Outcome, phase: Phase, detail?: string): void {
    outcomes.set(outcome.service, outcome);
    move(outcome.service, phase, detail);
  }

  function move(service: string, phase: Phase, detail?: string): void {
    const mark = marks.get(service);
    marks.set(service, { change: mark?.change, since: mark?.since ?? Date.now(), phase });
    onProgress({ service, phase, ...(detail === undefined ? {} : { detail }) });
  }
}

/** Time a unit may take past its own start period before it counts as failed. */
const graceMs = 30_000;

function failureOf({ service }: ResolvedService, unit: Unit | undefined, waitedMs: number): string | undefined {
  if (unit?.state === 'unhealthy') return 'its healthcheck fails';
  const ended = unit?.exit?.outOfMemory === true ? 'its memory limit was too small, it was ended' : `it ended with status ${unit?.exit?.code ?? 'unknown'}`;
  if (unit?.state === 'exited') return ended;
  if (unit?.state === 'restarting' && unit.restarts >= 3) return `${ended}, ${unit.restarts} times`;
  const limitMs = (service.health.startSeconds ?? 30) * 1000 + graceMs;
  if (waitedMs <= limitMs) return undefined;
  return `it was not healthy within ${Math.round(limitMs / 1000)} s (last seen: ${unit?.state ?? 'absent'})`;
}

function lastLine(output: string): string {
  return output.trim().split('\n').at(-1) ?? '';
}
