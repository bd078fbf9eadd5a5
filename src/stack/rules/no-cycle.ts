import type { ResolvedStack } from '../stack.ts';
import type { Rule } from './rule.ts';
import { about } from './rule.ts';

export const noCycle: Rule = {
  id: 'no-cycle',
  why: 'each would wait for the other to be healthy, for ever',
  from: 'a database waited for a job that waited for the database',
  check: (stack) =>
    cyclesOf(stack).map((cycle) =>
      about(
        cycle[0] ?? '',
        `waits for itself: ${[...cycle, cycle[0] ?? ''].join(' → ')}`,
        'take one of these needs away, or split the service that both sides stand on',
      ),
    ),
};

/** Cycles that share no service. What waits for nothing that is left cannot be in one, so it is peeled off first. */
function cyclesOf({ services }: ResolvedStack): readonly (readonly string[])[] {
  const left = new Map(services.map(({ name, dependsOn }) => [name, dependsOn]));
  const cycles: (readonly string[])[] = [];
  for (;;) {
    peel(left);
    const [start] = left.keys();
    if (start === undefined) return cycles;
    const cycle = cycleFrom(start, left);
    cycles.push(cycle);
    for (const name of cycle) left.delete(name);
  }
}

function peel(left: Map<string, readonly string[]>): void {
  const waiting = new Map<string, string[]>();
  const count = new Map<string, number>();
  for (const [name, needs] of left) {
    const open = needs.filter((need) => left.has(need));
    count.set(name, open.length);
    for (const need of open) {
      const clients = waiting.get(need) ?? [];
      clients.push(name);
      waiting.set(need, clients);
    }
  }
  const free = [...count].filter(([, open]) => open === 0).map(([name]) => name);
  for (const name of free) {
    left.delete(name);
    for (const client of waiting.get(name) ?? []) {
      const open = (count.get(client) ?? 0) - 1;
      count.set(client, open);
      if (open === 0) free.push(client);
    }
  }
}

/** Everything left waits for something left, so a walk must meet itself. */
function cycleFrom(start: string, left: ReadonlyMap<string, readonly string[]>): readonly string[] {
  const walked: string[] = [];
  let name: string | undefined = start;
  while (name !== undefined && !walked.includes(name)) {
    walked.push(name);
    name = left.get(name)?.find((need) => left.has(need));
  }
  return name === undefined ? walked : walked.slice(walked.indexOf(name));
}
