import { isIP, SocketAddress } from 'node:net';
import * as z from 'zod';
import { isPrivate, type NetworkTest, networkTest } from './networks.ts';

const listed = z
  .array(z.object({ scope: z.string(), value: z.string(), type: z.string(), duration: z.string() }))
  .nullish()
  .transform((decisions) => decisions ?? []);

/** An answer of CrowdSec's stream of decisions, as far as gate reads it (https://crowdsecurity.github.io/api_doc/lapi/). */
export const decisionsSchema = z.object({ new: listed, deleted: listed });

type Decisions = z.output<typeof decisionsSchema>;

/** Addresses and ranges that nobody may come from, each until its own end. */
export interface Bans {
  /** Whether this address is banned now. None of a private network ever is: behind it may stand the owner, or everybody at once. */
  has(address: string): boolean;
  /** How many addresses and ranges are banned now. */
  count(): number;
  /** Takes in what was decided; with `anew` it takes the place of everything known. */
  learn(decisions: Decisions, anew: boolean): void;
}

interface Range {
  readonly endsAt: number;
  readonly holds: NetworkTest;
}

export function createBans(now: () => number = Date.now): Bans {
  const addresses = new Map<string, number>();
  const ranges = new Map<string, Range>();

  function forgetEnded(): void {
    for (const [address, endsAt] of addresses) if (endsAt <= now()) addresses.delete(address);
    for (const [range, { endsAt }] of ranges) if (endsAt <= now()) ranges.delete(range);
  }

  return {
    has(address) {
      if (isIP(address) === 0 || isPrivate(address)) return false;
      if ((addresses.get(oneSpelling(address)) ?? 0) > now()) return true;
      return [...ranges.values()].some(({ endsAt, holds }) => endsAt > now() && holds(address));
    },
    count() {
      forgetEnded();
      return addresses.size + ranges.size;
    },
    learn({ new: added, deleted }, anew) {
      if (anew) {
        addresses.clear();
        ranges.clear();
      }
      for (const { value, type } of anew ? [] : deleted) {
        if (type !== 'ban') continue;
        addresses.delete(oneSpelling(value));
        ranges.delete(value);
      }
      for (const { scope, value, type, duration } of added) {
        if (type !== 'ban') continue;
        const endsAt = now() + (parseGoDurationMs(duration) ?? 0);
        const holds = networkTest([value]);
        if (scope.toLowerCase() === 'ip' && isIP(value) !== 0) addresses.set(oneSpelling(value), endsAt);
        else if (scope.toLowerCase() === 'range' && holds) ranges.set(value, { endsAt, holds });
      }
    },
  };
}

function oneSpelling(address: string): string {
  return isIP(address) === 6 ? new SocketAddress({ address, family: 'ipv6' }).address : address;
}

const unitMs: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1000, ms: 1, µs: 0.001, us: 0.001, ns: 0.000_001 };

/** Milliseconds of a duration as Go prints it, as in `3h59m49.2s`; undefined for anything else, also for one that is over. */
export function parseGoDurationMs(text: string): number | undefined {
  if (!/^(?:\d+(?:\.\d+)?(?:h|ms|m|s|[uµ]s|ns))+$/.test(text)) return undefined;
  const parts = text.matchAll(/(?<amount>[\d.]+)(?<unit>[a-zµ]+)/g);
  return [...parts].reduce((total, { groups }) => total + Number(groups?.['amount']) * (unitMs[groups?.['unit'] ?? ''] ?? 0), 0);
}
