import { copyFile, cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DatamancyError } from '../kit/errors.ts';
import { run, type RunOptions } from '../kit/process.ts';
import { baseRecipeName, buildFailure, makeBase } from './base.ts';
import { type EngineAccess, freeBytesOnEngine, hasBuildx, listOurImages } from './engine-images.ts';
import { clusterLabel, imageRef, type Recipe, recipeDigestLabel, recipeLabel } from './recipe.ts';
import { runInOrder } from './schedule.ts';

export interface BuildProgress {
  readonly done: number;
  readonly total: number;
  /** What is being built at this moment. */
  readonly current: readonly string[];
}

export interface BuildOptions {
  /** Parents before children, as `readRecipes` gives them. */
  readonly recipes: readonly Recipe[];
  readonly cluster: string;
  /** Environment for the docker client. */
  readonly engine?: Readonly<Record<string, string | undefined>>;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: BuildProgress) => void;
}

export interface BuildResult {
  readonly built: readonly string[];
  /** Recipes whose image, of this very digest, was there already. */
  readonly kept: readonly string[];
}

const bytesPerImage = 180 * 1024 ** 2;
const parallelBuilds = 2;

/**
 * Makes sure that every recipe's image is on the engine under its cluster's tag; what is there is left alone, and an
 * image that another cluster built from the same recipe is taken over. A tag exists only once its image is whole, so an
 * interrupted run is continued by the next one. Throws E_IMAGE_BUILD, E_DISK_FULL, E_HOST_MISSING or E_ENGINE_UNREACHABLE.
 */
export async function buildImages(options: BuildOptions): Promise<BuildResult> {
  const access: EngineAccess = {
    ...(options.engine === undefined ? {} : { env: options.engine }),
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  };
  const present = await listOurImages(access);
  const missing = options.recipes.filter((recipe) => !present.includes(imageRef(options.cluster, recipe)));
  const kept = options.recipes.filter((recipe) => !missing.includes(recipe)).map(({ name }) => name);
  if (missing.length > 0) {
    requireFreeSpace(missing.filter((recipe) => twinOf(recipe, present) === undefined).length, await freeBytesOnEngine(access));
    const builder: Builder = { cluster: options.cluster, access, present, buildx: await hasBuildx(access) };
    await runInOrder(missing, parallelBuilds, {
      start: (recipe, signal) => buildOne({ ...builder, access: { ...access, signal } }, recipe, options.recipes),
      onChange: (done, current) => options.onProgress?.({ done: kept.length + done, total: options.recipes.length, current }),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    });
  }
  return { built: missing.map(({ name }) => name), kept };
}

interface Builder {
  readonly cluster: string;
  readonly access: EngineAccess;
  readonly present: readonly string[];
  readonly buildx: boolean;
}

async function buildOne(builder: Builder, recipe: Recipe, recipes: readonly Recipe[]): Promise<void> {
  const twin = twinOf(recipe, builder.present);
  // Given a Dockerfile on its standard input, buildx leaves two folders behind in /tmp for each image.
  if (twin !== undefined) return await buildIn(async (context) => writeFile(join(context, 'Dockerfile'), `FROM ${twin}\n`));
  if (recipe.name === baseRecipeName) return await buildBase(builder, recipe);
  const parent = recipes.find(({ name }) => name === recipe.parent);
  if (parent === undefined)
    throw new DatamancyError('E_IMAGE_BUILD', `image ${recipe.name} is asked for without its parent`, {
      fix: 'pass what readRecipes gives',
    });
  const args = ['--build-arg', `PARENT=${imageRef(builder.cluster, parent)}`];
  if (recipe.additions.length === 0) return await build(builder, recipe, recipe.directory, args);
  await buildIn(async (context) => {
    await cp(recipe.directory, context, { recursive: true });
    for (const [inside, path] of recipe.additions) {
      await mkdir(dirname(join(context, inside)), { recursive: true });
      await copyFile(path, join(context, inside));
    }
  }, args);

  async function buildIn(fill: (context: string) => Promise<void>, given: readonly string[] = []): Promise<void> {
    const context = await mkdtemp(join(tmpdir(), `datamancy-${recipe.name}-`));
    try {
      await fill(context);
      await build(builder, recipe, context, given);
    } finally {
      await rm(context, { recursive: true, force: true });
    }
  }
}

async function buildBase(builder: Builder, recipe: Recipe): Promise<void> {
  const made = await makeBase({
    directory: recipe.directory,
    ref: imageRef(builder.cluster, recipe),
    labels: labelsFor(builder.cluster, recipe),
    ...builder.access,
  });
  if (!made) await build(builder, recipe, recipe.directory);
}

async function build(builder: Builder, recipe: Recipe, context: string, args: readonly string[] = []): Promise<void> {
  const lines: string[] = [];
  const command = builder.buildx ? ['buildx', 'build', '--load', '--progress=plain'] : ['build', '--force-rm'];
  const labels = labelsFor(builder.cluster, recipe).flatMap((label) => ['--label', label]);
  const settings = builder.buildx ? { BUILDX_NO_DEFAULT_ATTESTATIONS: '1' } : { DOCKER_BUILDKIT: '0' };
  const options: RunOptions = {
    ...builder.access,
    env: { ...builder.access.env, ...settings },
    onLine: (line) => lines.push(line),
  };
  const ref = imageRef(builder.cluster, recipe);
  const { status } = await run(['docker', ...command, ...args, ...labels, '--tag', ref, context], options);
  builder.access.signal?.throwIfAborted();
  if (status !== 0) throw buildFailure(recipe.name, lines);
}

function labelsFor(cluster: string, recipe: Recipe): readonly string[] {
  return [`${clusterLabel}=${cluster}`, `${recipeLabel}=${recipe.name}`, `${recipeDigestLabel}=${recipe.digest}`];
}

/** The same image as another cluster on this engine has it. */
function twinOf(recipe: Recipe, present: readonly string[]): string | undefined {
  return present.find((ref) => ref.endsWith(`/${recipe.name}:${recipe.digest.slice(0, 12)}`));
}

/** Throws E_DISK_FULL, naming both sizes, where `images` more do not fit into `free` bytes; undefined stands for a disk that cannot be seen. */
export function requireFreeSpace(images: number, free: number | undefined): void {
  const needed = images * bytesPerImage;
  if (free === undefined || free >= needed) return;
  throw new DatamancyError(
    'E_DISK_FULL',
    `building ${images} images needs about ${gibibytes(needed)}, and ${gibibytes(free)} are free where the engine keeps images`,
    { fix: 'free some space there ("docker image prune" removes images nothing uses), then run the command again' },
  );
}

function gibibytes(bytes: number): string {
  return `${(bytes / 1024 ** 3).toFixed(1)} GiB`;
}
