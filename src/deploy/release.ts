import { createHash } from 'node:crypto';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { DatamancyError } from '../kit/errors.ts';
import { filesAtOnce, makeFolders, readIfExists, writeAtomic } from '../kit/files.ts';
import { inParallel } from '../kit/in-parallel.ts';
import type { Release } from '../runtime/runtime.ts';
import type { ClusterFolder } from './folder.ts';

const manifestSchema = z.object({
  release: z.number().int().positive(),
  services: z.record(z.string(), z.object({ digest: z.string() })),
  /** SHA-256 of every file, by its path in the tree. */
  files: z.record(z.string(), z.string()),
});

type Manifest = z.infer<typeof manifestSchema>;

export interface TreeFile {
  readonly path: string;
  readonly content: string;
}

/** A release and what each of its files must be. */
export interface StoredRelease extends Release {
  readonly files: Readonly<Record<string, string>>;
}

/** The newest release on disk, whether it was ever applied or not. */
export async function newestRelease(folder: ClusterFolder): Promise<StoredRelease | undefined> {
  const newest = (await releaseNumbers(folder)).at(-1);
  return newest === undefined ? undefined : readRelease(folder, newest);
}

export async function currentRelease(folder: ClusterFolder): Promise<StoredRelease | undefined> {
  const content = await readIfExists(join(folder.releases, 'current'));
  return content === undefined ? undefined : readRelease(folder, Number.parseInt(content, 10));
}

export async function setCurrent(folder: ClusterFolder, release: Release): Promise<void> {
  await writeAtomic(join(folder.releases, 'current'), `${release.number}\n`);
}

export async function readRelease(folder: ClusterFolder, number: number): Promise<StoredRelease> {
  const directory = join(folder.releases, String(number));
  const content = await readIfExists(join(directory, 'manifest.json'));
  try {
    const manifest = manifestSchema.parse(JSON.parse(content ?? ''));
    return { number, directory, services: manifest.services, files: manifest.files };
  } catch (cause) {
    throw new DatamancyError('E_RELEASE_DAMAGED', `release ${number} has no readable manifest.json`, {
      fix: `remove ${directory} and run \`datamancy up\`, which renders it again`,
      cause,
    });
  }
}

/**
 * Writes a new release, or gives the newest one back where nothing differs. The tree is written beside and renamed into
 * place, so a release is there whole or not at all.
 */
export async function writeRelease(
  folder: ClusterFolder,
  digests: Readonly<Record<string, string>>,
  treeOf: (release: number) => readonly TreeFile[],
): Promise<StoredRelease> {
  const newest = await newestRelease(folder);
  if (newest && sameDigests(newest, digests) && sameTree(newest, treeOf(newest.number))) return newest;

  const number = (newest?.number ?? 0) + 1;
  const tree = treeOf(number);
  const manifest: Manifest = {
    release: number,
    services: Object.fromEntries(Object.entries(digests).map(([service, digest]) => [service, { digest }])),
    files: Object.fromEntries(tree.map(({ path, content }) => [path, sha256(content)])),
  };
  const directory = join(folder.releases, String(number));
  const beside = join(folder.releases, `.${number}.new`);
  await rm(beside, { recursive: true, force: true });
  const files = [...tree, { path: 'manifest.json', content: `${JSON.stringify(manifest, null, 2)}\n` }];
  await makeFolders(
    beside,
    files.map(({ path }) => path),
  );
  await inParallel(files, filesAtOnce, async ({ path, content }) => writeAtomic(join(beside, path), content));
  await rename(beside, directory);
  return { number, directory, services: manifest.services, files: manifest.files };
}

/** Files of the release that are not what was rendered: edited by hand, or gone. */
export async function editedFiles(release: StoredRelease): Promise<readonly string[]> {
  const checked = await Promise.all(
    Object.entries(release.files).map(async ([path, digest]) => {
      const content = await readIfExists(join(release.directory, path));
      return content !== undefined && sha256(content) === digest ? [] : [path];
    }),
  );
  return checked.flat();
}

/** Puts files that were edited or removed back as they were rendered. */
export async function repairRelease(release: StoredRelease, tree: readonly TreeFile[]): Promise<void> {
  const edited = new Set(await editedFiles(release));
  for (const { path, content } of tree) if (edited.has(path)) await writeAtomic(join(release.directory, path), content);
}

/** Removes old releases, but the newest `keep` and those in `used`. */
export async function pruneReleases(folder: ClusterFolder, used: ReadonlySet<number>, keep = 10): Promise<void> {
  const numbers = await releaseNumbers(folder);
  const old = numbers.slice(0, -keep).filter((number) => !used.has(number));
  await Promise.all(old.map((number) => rm(join(folder.releases, String(number)), { recursive: true, force: true })));
}

async function releaseNumbers({ releases }: ClusterFolder): Promise<readonly number[]> {
  await mkdir(releases, { recursive: true });
  const names = await readdir(releases);
  return names
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .toSorted((a, b) => a - b);
}

function sameDigests({ services }: Release, digests: Readonly<Record<string, string>>): boolean {
  const names = Object.keys(services);
  return names.length === Object.keys(digests).length && names.every((name) => services[name]?.digest === digests[name]);
}

function sameTree({ files }: StoredRelease, tree: readonly TreeFile[]): boolean {
  return Object.keys(files).length === tree.length && tree.every(({ path, content }) => files[path] === sha256(content));
}

function sha256(content: string): string {
  return createHash('sha256').update(content).digest('hex');
}

/** Tells git to leave derived files alone. */
export async function ignoreState({ state }: ClusterFolder): Promise<void> {
  const path = join(state, '.gitignore');
  if ((await readIfExists(path)) === undefined) await writeAtomic(path, '*\n');
}
