import type { Rule } from './rule.ts';
import { about } from './rule.ts';

/** Docker refuses less (https://docs.docker.com/engine/containers/resource_constraints/). */
const leastBytes = 6 * 1024 ** 2;

export const limitsPresent: Rule = {
  id: 'limits-present',
  why: 'one service without limits takes the memory of all others with it',
  from: 'none of 55 containers had a memory limit',
  check: ({ services }) =>
    services.flatMap(({ name, limits: { memoryBytes, cpus, pids } }) => [
      ...(memoryBytes >= leastBytes
        ? []
        : [about(name, 'its memory limit is less than 6 MiB, with which no container starts', 'give it 6MiB or more', 'limits', 'memory')]),
      ...(cpus > 0 && Number.isFinite(cpus)
        ? []
        : [about(name, 'its limit of processors is not above 0', 'give it a number such as 0.5', 'limits', 'cpus')]),
      ...(Number.isInteger(pids) && pids > 0
        ? []
        : [about(name, 'its limit of processes is not a whole number above 0', 'give it a number such as 256', 'limits', 'pids')]),
    ]),
};
