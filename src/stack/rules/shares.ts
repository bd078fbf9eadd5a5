import { inGib } from '../memory.ts';
import { listWords } from '../nearest.ts';
import type { ResolvedService } from '../stack.ts';

interface Share {
  readonly name: string;
  readonly bytes: number;
}

/** Names the largest services without which as many bytes as these are saved, as `it fits without chat (4 GiB)`. */
export function whatToDrop(services: readonly ResolvedService[], bytesOf: (one: ResolvedService) => number, over: number): string {
  const dropped = largestFirst(services, bytesOf, over);
  const shown = listWords(dropped.map(({ name, bytes }) => `${name} (${inGib(bytes)})`));
  return `${sumOf(dropped.map(({ bytes }) => bytes)) >= over ? 'it fits without' : 'the largest are'} ${shown}`;
}

/** The largest services on which no other stands, until this many bytes are saved. */
function largestFirst(services: readonly ResolvedService[], bytesOf: (one: ResolvedService) => number, enough: number): readonly Share[] {
  const familyOf = new Map(services.map(({ name, family }) => [name, family]));
  const neededBy = new Set(
    services.flatMap(({ family, dependsOn }) => dependsOn.map((name) => familyOf.get(name) ?? name).filter((name) => name !== family)),
  );
  const bytes = new Map<string, number>();
  for (const one of services) bytes.set(one.family, (bytes.get(one.family) ?? 0) + bytesOf(one));
  const shares = [...bytes].map(([name, size]) => ({ name, bytes: size })).filter(({ name }) => !neededBy.has(name));
  const chosen: Share[] = [];
  for (const share of shares.toSorted((a, b) => b.bytes - a.bytes || (a.name < b.name ? -1 : 1))) {
    if (sumOf(chosen.map((one) => one.bytes)) >= enough) break;
    chosen.push(share);
  }
  return chosen;
}

export function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}
