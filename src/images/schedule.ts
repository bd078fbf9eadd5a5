interface Step {
  readonly name: string;
  readonly parent: string | undefined;
}

interface ScheduleOptions<T extends Step> {
  readonly start: (step: T, signal: AbortSignal) => Promise<void>;
  readonly onChange: (done: number, current: readonly string[]) => void;
  readonly signal?: AbortSignal;
}

/**
 * Runs steps at most `limit` at a time, each after its parent where the parent is among them, those that others wait for
 * first. After a failure nothing new starts, what runs is aborted and waited for, and the first failure is thrown.
 */
export async function runInOrder<T extends Step>(steps: readonly T[], limit: number, options: ScheduleOptions<T>): Promise<void> {
  const failure = new AbortController();
  const signal = options.signal === undefined ? failure.signal : AbortSignal.any([options.signal, failure.signal]);
  const parents = new Set(steps.map(({ parent }) => parent));
  const waiting = [...steps.filter(({ name }) => parents.has(name)), ...steps.filter(({ name }) => !parents.has(name))];
  const unfinished = new Set(steps.map(({ name }) => name));
  const running = new Map<string, Promise<void>>();
  const failures: unknown[] = [];
  while (waiting.length > 0 || running.size > 0) {
    while (running.size < limit && !signal.aborted) {
      const next = waiting.findIndex(({ parent }) => parent === undefined || !unfinished.has(parent));
      const [step] = next === -1 ? [] : waiting.splice(next, 1);
      if (step === undefined) break;
      running.set(step.name, follow(step));
      report();
    }
    if (running.size === 0) break;
    await Promise.race(running.values());
  }
  if (failures.length > 0) throw failures[0];
  options.signal?.throwIfAborted();

  function report(): void {
    options.onChange(steps.length - unfinished.size, [...running.keys()]);
  }

  async function follow(step: T): Promise<void> {
    try {
      await options.start(step, signal);
      unfinished.delete(step.name);
    } catch (cause) {
      failures.push(cause);
      failure.abort();
    } finally {
      running.delete(step.name);
      report();
    }
  }
}
