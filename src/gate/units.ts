import type { ListenAddress } from '../kit/http-server.ts';

const unitMs: Readonly<Record<string, number>> = {
  ms: 1,
  millisecond: 1,
  milliseconds: 1,
  s: 1000,
  second: 1000,
  seconds: 1000,
  m: 60_000,
  minute: 60_000,
  minutes: 60_000,
  h: 3_600_000,
  hour: 3_600_000,
  hours: 3_600_000,
  d: 86_400_000,
  day: 86_400_000,
  days: 86_400_000,
  w: 604_800_000,
  week: 604_800_000,
  weeks: 604_800_000,
  M: 2_592_000_000,
  month: 2_592_000_000,
  months: 2_592_000_000,
  y: 31_536_000_000,
  year: 31_536_000_000,
  years: 31_536_000_000,
};

/**
 * Milliseconds of a duration in Authelia's notation (`90m`, `1 hour and 30 minutes`; a bare number is seconds), or
 * undefined for anything else. https://www.authelia.com/configuration/prologue/common/#duration
 */
export function parseDurationMs(text: string | number): number | undefined {
  const bare = String(text).replaceAll(/\s|and/g, '');
  if (/^\d+$/.test(bare)) return Number(bare) * 1000;
  if (!/^(?:\d+[A-Za-z]+)+$/.test(bare)) return undefined;
  let total = 0;
  for (const [, amount, unit] of bare.matchAll(/(\d+)([A-Za-z]+)/g)) {
    const ms = unitMs[unit ?? ''];
    if (ms === undefined) return undefined;
    total += Number(amount) * ms;
  }
  return total;
}

/** Reads `tcp://:9091/`, `tcp://0.0.0.0:9091`, `[::]:9091`; undefined for sockets, another path and what is no address. */
export function parseListenAddress(text: string, path = '/'): ListenAddress | undefined {
  const parts = /^(?:tcp[46]?:\/\/)?(?<host>\[[0-9A-Fa-f:.]+\]|[^:/[\]]*):(?<port>\d{1,5})(?<path>\/.*)?$/.exec(text)?.groups;
  const port = Number(parts?.['port']);
  if (!parts || port > 65_535 || !['/', path].includes(parts['path'] ?? '/')) return undefined;
  const host = parts['host']?.replaceAll(/[[\]]/g, '');
  return { host: host === '' ? undefined : host, port };
}
