import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { DatamancyError } from '../kit/errors.ts';
import { baseDescription, baseRecipeName } from './base.ts';

/** One image that this machine builds itself, from the folder `images/<name>`. */
export interface Recipe {
  readonly name: string;
  readonly directory: string;
  /** The recipe whose image this one is built on; only `base` has none. */
  readonly parent: string | undefined;
  /** Files from outside the folder that go into its build, as `[name in the folder, path on disk]`. */
  readonly additions: readonly (readonly [string, string])[];
  /** sha256 over the recipe's files and its parent's digest: the same digest means the same instructions. */
  readonly digest: string;
  /** Programs that its image has for a health check; absent where its contract is not recorded. */
  readonly tools?: readonly string[];
}

const bundledProgram = 'dist/serve.js';
const bundledPackages = 'dist/node_modules';
const contractFile = 'contract.json';

/** Which label names the cluster an image was built for. */
export const clusterLabel = 'org.datamancy.cluster';
export const recipeLabel = 'org.datamancy.recipe';
export const recipeDigestLabel = 'org.datamancy.recipe.digest';

/** The tag under which `cluster` keeps the image of a recipe; it changes exactly when the recipe or a parent does. */
export function imageRef(cluster: string, recipe: Pick<Recipe, 'name' | 'digest'>): string {
  return `datamancy/${cluster}/${recipe.name}:${recipe.digest.slice(0, 12)}`;
}

/**
 * Reads the recipes below `root/images`, parents before children: those named, with all their parents, or every one.
 * Throws E_IMAGE_BUILD for a name without a folder, a Dockerfile without a parent, or a program not yet bundled.
 */
export async function readRecipes(root: string, names?: readonly string[]): Promise<readonly Recipe[]> {
  const found = new Map<string, Recipe>();
  for (const name of names ?? (await recipeNames(root))) await readRecipe({ root, found, additionsFor }, name, []);
  return [...found.values()];
}

/** The digest that a recipe would have if nothing of this program were bundled into it or its parents: it is there before any build. */
export async function digestOfInstructions(root: string, name: string): Promise<string> {
  return (await readRecipe({ root, found: new Map(), additionsFor: async () => [] }, name, [])).digest;
}

/** How recipes are read, and those that were. */
interface Reading {
  readonly root: string;
  readonly found: Map<string, Recipe>;
  readonly additionsFor: typeof additionsFor;
}

async function recipeNames(root: string): Promise<readonly string[]> {
  const entries = await readdir(join(root, 'images'), { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .toSorted();
}

async function readRecipe(reading: Reading, name: string, children: readonly string[]): Promise<Recipe> {
  const { root, found } = reading;
  const known = found.get(name);
  if (known) return known;
  if (children.includes(name)) throw broken(name, `is its own parent (${[...children, name].join(' -> ')})`);
  const directory = join(root, 'images', name);
  const dockerfile = await readText(join(directory, 'Dockerfile'), name);
  const parentName = name === baseRecipeName ? undefined : parentOf(name, dockerfile);
  const parent = parentName === undefined ? undefined : await readRecipe(reading, parentName, [...children, name]);
  const additions = await reading.additionsFor(root, name, dockerfile);
  const hash = createHash('sha256').update(parent?.digest ?? JSON.stringify(baseDescription));
  const files = await filesBelow(directory);
  const prints = [
    ...files.map(async (path) => fingerprint(path, join(directory, path))),
    ...additions.map(async ([inside, path]) => fingerprintOfBundle(name, inside, path)),
  ];
  for (const print of await Promise.all(prints)) hash.update(print);
  const tools = await toolsOf(directory);
  const recipe: Recipe = { name, directory, parent: parentName, additions, digest: hash.digest('hex'), ...(tools ? { tools } : {}) };
  found.set(name, recipe);
  return recipe;
}

const contractSchema = z.object({ contract: z.object({ tools: z.array(z.string()) }) });

async function toolsOf(directory: string): Promise<readonly string[] | undefined> {
  if (!(await readdir(directory)).includes(contractFile)) return undefined;
  const { data } = contractSchema.safeParse(JSON.parse(await readFile(join(directory, contractFile), 'utf8')));
  return data && ['sh', ...baseDescription.tools, ...data.contract.tools];
}

function parentOf(name: string, dockerfile: string): string {
  const parent = /^ARG PARENT=datamancy\/([a-z0-9-]+)$/m.exec(dockerfile)?.[1];
  if (parent === undefined) throw broken(name, 'has no line "ARG PARENT=datamancy/<recipe>" in its Dockerfile');
  return parent;
}

async function additionsFor(root: string, name: string, dockerfile: string): Promise<Recipe['additions']> {
  const program: Recipe['additions'] = /^COPY serve\.js /m.test(dockerfile) ? [['serve.js', join(root, bundledProgram)]] : [];
  if (!/^COPY node_modules /m.test(dockerfile)) return program;
  const packages = join(root, bundledPackages);
  try {
    const files = await filesBelow(packages);
    return [...program, ...files.map((file) => [`node_modules/${file}`, join(packages, file)] as const)];
  } catch (cause) {
    throw notBuilt(name, packages, cause);
  }
}

/** Every file that goes into the image; the contract and anything named `*.md` describe it and so do not count. */
async function filesBelow(directory: string): Promise<readonly string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(directory.length + 1))
    .filter((path) => path !== contractFile && !path.endsWith('.md'))
    .toSorted();
}

async function fingerprint(path: string, absolute: string): Promise<string> {
  const { mode } = await stat(absolute);
  const content = createHash('sha256').update(await readFile(absolute));
  return `${path} ${(mode & 0o100) === 0 ? 'file' : 'program'} ${content.digest('hex')}\n`;
}

async function fingerprintOfBundle(name: string, inside: string, path: string): Promise<string> {
  try {
    return await fingerprint(inside, path);
  } catch (cause) {
    throw notBuilt(name, path, cause);
  }
}

function notBuilt(name: string, path: string, cause: unknown): DatamancyError {
  return new DatamancyError('E_IMAGE_BUILD', `image ${name} needs ${path}, which is not there`, {
    fix: 'run "npm run build" first',
    cause,
  });
}

async function readText(path: string, name: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new DatamancyError('E_IMAGE_BUILD', `image ${name} has no recipe: ${path} cannot be read`, {
      fix: 'correct the name of the image, or add the folder',
      cause,
    });
  }
}

function broken(name: string, what: string): DatamancyError {
  return new DatamancyError('E_IMAGE_BUILD', `image ${name} ${what}`, { fix: `correct images/${name}/Dockerfile` });
}
