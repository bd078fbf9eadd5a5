import { inGib } from '../memory.ts';
import type { Rule } from './rule.ts';
import { sumOf, whatToDrop } from './shares.ts';

/** Limits are ceilings that services seldom reach together, so their sum may be this many times what the machine has. */
const most = 1.5;

export const capacityMemory: Rule = {
  id: 'capacity-memory',
  why: 'when services use what they are allowed, the kernel would end whichever it likes, and not the one at fault',
  from: 'none of 55 containers had a memory limit, and nobody had added up what they might take',
  check: (stack, { machine: { memoryBytes } }) => {
    if (memoryBytes === undefined) return [];
    const total = sumOf(stack.services.map((one) => one.limits.memoryBytes));
    const over = total - memoryBytes * most;
    if (over <= 0) return [];
    return [
      {
        where: 'services',
        message: `memory limits add up to ${inGib(total)}, and a machine with ${inGib(memoryBytes)} takes at most ${inGib(memoryBytes * most)} (${most} times as much)`,
        fix: `leave services out or lower their limits: ${whatToDrop(stack, ({ limits }) => limits.memoryBytes, over)}; for another machine write its size, such as machine: {memory: 64GiB}`,
        path: ['services'],
      },
    ];
  },
};
