import type { Service } from '../../service/index.ts';
import { inGib } from '../memory.ts';
import { requiredKinds } from '../missing-providers.ts';
import { listWords } from '../nearest.ts';
import { isProviderOf } from '../profiles.ts';
import type { ResolvedService, ResolvedStack } from '../stack.ts';
import { withoutWorkers } from '../stack.ts';

/** A service and all that cannot stand without it, with what they save together. */
interface Fall {
  readonly names: readonly string[];
  readonly bytes: number;
}

/** For each service, of each of its needs that something meets, the services of which one is enough. */
type Standing = ReadonlyMap<string, readonly (readonly string[])[]>;

/** Names a few services without which as many bytes as these are saved and nothing else breaks, as `it fits without chat (4 GiB)`. */
export function whatToDrop(stack: ResolvedStack, bytesOf: (one: ResolvedService) => number, over: number): string {
  const bytes = new Map<string, number>();
  for (const one of stack.services) bytes.set(one.family, (bytes.get(one.family) ?? 0) + bytesOf(one));
  const size = (name: string): number => bytes.get(name) ?? 0;
  const shown = dropped(standingOf(stack), size, over).toSorted((a, b) => size(b) - size(a) || (a < b ? -1 : 1));
  return `it fits without ${listWords(shown.map((name) => `${name} (${inGib(size(name))})`))}`;
}

/** The fewest services found: after each of those that save most for each service that goes, one is sought that is enough for the rest. */
function dropped(standing: Standing, size: (name: string) => number, over: number): readonly string[] {
  let fewest = [...standing.keys()];
  let gone: readonly string[] = [];
  while (gone.length + 1 < fewest.length) {
    const falls = [...standing.keys()].filter((name) => !gone.includes(name)).map((name) => fallOf(name, gone, standing, size));
    const rest = over - sumOf(gone.map(size));
    const [enough] = falls.filter(({ bytes }) => bytes >= rest).toSorted(fewestFirst);
    if (enough && gone.length + enough.names.length < fewest.length) fewest = [...gone, ...enough.names];
    gone = [...gone, ...(falls.toSorted(densestFirst)[0]?.names ?? [])];
  }
  return fewest;
}

function fewestFirst(a: Fall, b: Fall): number {
  return a.names.length - b.names.length || densestFirst(a, b);
}

function densestFirst(a: Fall, b: Fall): number {
  return b.bytes / b.names.length - a.bytes / a.names.length;
}

function fallOf(first: string, gone: readonly string[], standing: Standing, size: (name: string) => number): Fall {
  const names = [first];
  const isUp = (name: string): boolean => !gone.includes(name) && !names.includes(name);
  for (let before = 0; before < names.length; ) {
    before = names.length;
    for (const [name, needs] of standing) if (isUp(name) && needs.some((providers) => !providers.some(isUp))) names.push(name);
  }
  return { names, bytes: sumOf(names.map(size)) };
}

function standingOf(stack: ResolvedStack): Standing {
  const services = withoutWorkers(stack).map(({ service }) => service);
  const outside = stack.declaration.mail ? ['smtp'] : [];
  const providers = (kinds: readonly string[]): readonly string[] =>
    services.filter((service) => kinds.some((kind) => isProviderOf(kind, service))).map(({ name }) => name);
  const needsOf = (service: Service): readonly (readonly string[])[] => requiredKinds(service, outside).map(providers);
  return new Map(services.map((service) => [service.name, needsOf(service).filter((met) => met.length > 0)]));
}

export function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}
