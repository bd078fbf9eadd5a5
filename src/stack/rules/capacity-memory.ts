import { inGib } from '../memory.ts';
import { listWords } from '../nearest.ts';
import type { ResolvedService } from '../stack.ts';
import type { Rule } from './rule.ts';

/** Limits are ceilings that services seldom reach together, so their sum may be this many times what the machine has. */
const most = 1.5;

interface Share {
  readonly name: string;
  readonly bytes: number;
}

export const capacityMemory: Rule = {
  id: 'capacity-memory',
  why: 'when services use what they are allowed, the kernel would end whichever it likes, and not the one at fault',
  from: 'none of 55 containers had a memory limit, and nobody had added up what they might take',
  check: ({ services }, { machine: { memoryBytes } }) => {
    if (memoryBytes === undefined) return [];
    const total = sumOf(services.map((one) => one.limits.memoryBytes));
    const over = total - memoryBytes * most;
    if (over <= 0) return [];
    const dropped = largestFirst(services, over);
    const shown = listWords(dropped.map(({ name, bytes }) => `${name} (${inGib(bytes)})`));
    const fits = sumOf(dropped.map(({ bytes }) => bytes)) >= over ? 'it fits without' : 'the largest are';
    return [
      {
        where: 'services',
        message: `memory limits add up to ${inGib(total)}, and a machine with ${inGib(memoryBytes)} takes at most ${inGib(memoryBytes * most)} (${most} times as much)`,
        fix: `leave services out or lower their limits: ${fits} ${shown}; for another machine write its size, such as machine: {memory: 64GiB}`,
        path: ['services'],
      },
    ];
  },
};

/** The largest services on which no other stands, until this many bytes are saved. */
function largestFirst(services: readonly ResolvedService[], enough: number): readonly Share[] {
  const familyOf = new Map(services.map(({ name, family }) => [name, family]));
  const neededBy = new Set(
    services.flatMap(({ family, dependsOn }) => dependsOn.map((name) => familyOf.get(name) ?? name).filter((name) => name !== family)),
  );
  const bytes = new Map<string, number>();
  for (const { family, limits } of services) bytes.set(family, (bytes.get(family) ?? 0) + limits.memoryBytes);
  const shares = [...bytes].map(([name, size]) => ({ name, bytes: size })).filter(({ name }) => !neededBy.has(name));
  const chosen: Share[] = [];
  for (const share of shares.toSorted((a, b) => b.bytes - a.bytes || (a.name < b.name ? -1 : 1))) {
    if (sumOf(chosen.map((one) => one.bytes)) >= enough) break;
    chosen.push(share);
  }
  return chosen;
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}
