import type { Connection } from '../../kit/sqlite.ts';
import { type Refusal, refusal } from '../answer.ts';
import { countEntries } from './database.ts';

const hourMs = 3_600_000;
const mostPerHour = 1000;

/** Whoever has more than this written down within an hour is refused, and that is not even written down: nobody can fill the disk. */
export function whyTooMany(connection: Connection, person: string, now: number): Refusal | undefined {
  if (countEntries(connection, person, now - hourMs) < mostPerHour) return undefined;
  return refusal(429, 'too-many', `more than ${mostPerHour} requests within an hour`, 'wait an hour');
}
