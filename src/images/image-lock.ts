import * as z from 'zod';
import type { Problem } from '../stack/problem.ts';
import { readYaml } from '../stack/read-yaml.ts';

const entrySchema = z.strictObject({
  /** Of the list of manifests, where the image has one for each platform: it is the same on every machine. */
  digest: z.string().regex(/^sha256:[0-9a-f]{64}$/),
  locked: z.iso.datetime(),
});
const lockSchema = z.record(z.string(), entrySchema);

/** What each tag stood for when it was locked, by the image as its service names it: `caddy:2.10.2`. */
export type ImageLock = Readonly<Record<string, z.infer<typeof entrySchema>>>;

export interface LockChange {
  readonly image: string;
  /** Absent where it was not locked before. */
  readonly before?: string;
  /** Absent where no service names it any more. */
  readonly after?: string;
}

const header = '# What each tag stood for when it was locked. `datamancy lock` writes this file; commit it.\n';
const file = 'images.lock';

/** Reads images.lock; what is damaged is a problem at its place, and nothing is locked then. */
export function readImageLock(text: string): { readonly lock: ImageLock; readonly problems: readonly Problem[] } {
  const yaml = readYaml(text);
  if (yaml.problems.length > 0) return { lock: {}, problems: yaml.problems.map(({ position, message }) => damaged(message, position)) };
  const read = lockSchema.safeParse(yaml.data ?? {});
  if (read.success) return { lock: read.data, problems: [] };
  const problems = read.error.issues.map(({ path, message }) => {
    const keys = path.map(String);
    return damaged(`${keys.join(' ') || 'it'} is not as it was written: ${message}`, yaml.positionOf(keys));
  });
  return { lock: {}, problems };
}

function damaged(message: string, position: Problem['position']): Problem {
  const fix = 'put it back as it was committed, or remove the lines at fault and run: datamancy lock';
  return { rule: 'image-lock', where: file, message, fix, file, ...(position ? { position } : {}) };
}

/** One line for each image, sorted, so that a tag that moved is one changed line. */
export function printImageLock(lock: ImageLock): string {
  const lines = Object.keys(lock)
    .toSorted()
    .map((image) => `${JSON.stringify(image)}: ${JSON.stringify(lock[image])}\n`);
  return header + lines.join('');
}

/** The image with the digest that its tag is locked to, or as it is where there is none. */
export function lockedReference(image: string, lock: ImageLock): string {
  const entry = lock[image];
  return entry ? `${image}@${entry.digest}` : image;
}

/** What separates two locks, by image. */
export function lockChanges(before: ImageLock, after: ImageLock): readonly LockChange[] {
  const images = [...new Set([...Object.keys(before), ...Object.keys(after)])].toSorted();
  return images.flatMap((image): readonly LockChange[] => {
    const [old, now] = [before[image]?.digest, after[image]?.digest];
    if (old === now) return [];
    return [{ image, ...(old === undefined ? {} : { before: old }), ...(now === undefined ? {} : { after: now }) }];
  });
}
