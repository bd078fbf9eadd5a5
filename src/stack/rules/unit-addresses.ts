import type { ResolvedService, ResolvedStack } from '../stack.ts';
import { placesOf } from './places.ts';

/** A place in a unit that spells the address of another unit of the stack. */
export interface UnitAddress {
  readonly from: ResolvedService;
  readonly to: ResolvedService;
  readonly port: number;
  readonly what: string;
  readonly below: readonly string[];
}

const address = /(?:\/\/|@|^)(?<host>[a-z][a-z0-9-]*):(?<port>\d{2,5})(?![\d@])/g;

/** Every address of another unit, each once; none where units are no hosts, as child processes are not. */
export function unitAddressesOf({ services, placement }: ResolvedStack): readonly UnitAddress[] {
  if (placement.runtime !== 'compose') return [];
  const units = new Map(services.map((one) => [one.name, one]));
  return services.flatMap((from) =>
    placesOf(from).flatMap(({ what, words, below }) => {
      const found = words
        .flatMap((word) => [...word.matchAll(address)])
        .flatMap(({ groups }) => {
          const to = units.get(groups?.['host'] ?? '');
          return to && to !== from ? [{ from, to, port: Number(groups?.['port']), what, below }] : [];
        });
      return [...new Map(found.map((each) => [`${each.to.name}:${each.port}`, each])).values()];
    }),
  );
}
