import { chmod, cp, mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { systemCode } from '../../kit/errors.ts';
import { eachBelow } from './each-below.ts';
import type { RecipeSource } from './placement.ts';
import { recipeDirectory } from './placement.ts';
import type { Places } from './places.ts';
import type { UnitRecord } from './record.ts';

/** What a recipe brings into its image: its own folder, and files from elsewhere as `[name in the folder, path on disk]`. */
export interface RecipeFiles extends RecipeSource {
  readonly directory: string;
  readonly additions: readonly (readonly [string, string])[];
}

/** Copies the recipes' folders that are not there yet, where every unit can read them. They hold no secret. */
export async function placeRecipes(places: Places, recipes: readonly RecipeFiles[]): Promise<void> {
  for (const recipe of recipes) {
    const target = recipeDirectory(places, recipe);
    if (await exists(target)) continue;
    const beside = `${target}.${process.pid}.new`;
    await rm(beside, { recursive: true, force: true });
    await mkdir(places.recipes, { recursive: true });
    await chmod(places.recipes, 0o755);
    await cp(recipe.directory, beside, { recursive: true });
    for (const [name, path] of recipe.additions) await cp(path, join(beside, name));
    await makeReadable(beside);
    await rename(beside, target);
  }
}

/** Removes folders of recipes that neither this release nor a unit that was applied before calls. */
export async function dropRecipes(
  { recipes: directory }: Places,
  recipes: readonly RecipeSource[],
  records: readonly UnitRecord[],
): Promise<void> {
  if (!(await exists(directory))) return;
  const current = new Set(recipes.map((recipe) => basename(recipeDirectory({ recipes: directory }, recipe))));
  const called = JSON.stringify(records.map(({ unit }) => unit));
  for (const name of await readdir(directory)) {
    if (!current.has(name) && !called.includes(`/${name}`)) await rm(join(directory, name), { recursive: true, force: true });
  }
}

async function makeReadable(directory: string): Promise<void> {
  await chmod(directory, 0o755);
  await eachBelow(directory, async (path) => chmod(path, ((await stat(path)).mode & 0o111) === 0 ? 0o644 : 0o755));
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (cause) {
    if (systemCode(cause) === 'ENOENT') return false;
    throw cause;
  }
}
