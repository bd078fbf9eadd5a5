import * as z from 'zod';
import recorded from './levels.json' with { type: 'json' };

/** What is proved of a service at each level, from 0 to 5. Each holds what the ones below it say. */
export const levelTitles = [
  'defined',
  'its rules pass, and the programs that read its files accept them',
  'starts, is healthy and does what it is for',
  'the role matrix is proved: who gets in, and that nobody gets around it',
  'data is written, backed up, restored into nothing and read back',
  'upgraded with its data, and rolled back where the upgrade fails',
] as const;

const recordSchema = z.strictObject({
  level: z
    .int()
    .min(0)
    .max(levelTitles.length - 1),
  /** Digest of what was proved; another one means that the proof is of an older definition. */
  of: z.string().regex(/^[0-9a-f]{16}$/),
  /** The day on which the level or the digest last became another. */
  on: z.iso.date(),
});

type LevelRecord = z.infer<typeof recordSchema>;

/** What the tests last proved of each service of the catalog, by name; written by `npm run levels` and by nobody else. */
export const levelRecords = parseLevelRecords(recorded);

export function parseLevelRecords(json: unknown): Readonly<Record<string, LevelRecord>> {
  return z.record(z.string(), recordSchema).parse(json);
}

/** The highest level that the tests reached with this service of the catalog; undefined for an owner's own. */
export function provenLevel(name: string): number | undefined {
  return Object.hasOwn(levelRecords, name) ? levelRecords[name]?.level : undefined;
}
