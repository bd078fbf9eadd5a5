import { nearest } from '../nearest.ts';
import { withoutWorkers } from '../stack.ts';
import type { Rule } from './rule.ts';
import { about } from './rule.ts';

export const workerOverrideEffective: Rule = {
  id: 'worker-override-effective',
  why: 'the owner would count on a limit that no unit has',
  check: (stack) =>
    withoutWorkers(stack).flatMap(({ name, service, override }) => {
      const workers = Object.keys(service.workers ?? {});
      return Object.keys(override.workers ?? {})
        .filter((worker) => !workers.includes(worker))
        .map((worker) => about(name, `it has no worker called ${JSON.stringify(worker)}`, fixFor(worker, workers), 'workers', worker));
    }),
};

function fixFor(worker: string, workers: readonly string[]): string {
  if (workers.length === 0) return 'remove it: this service has no workers';
  const meant = nearest(worker, workers);
  return meant === undefined ? `its workers are ${workers.join(', ')}` : `write ${meant}`;
}
