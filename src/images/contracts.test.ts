import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, describe, expect, test } from 'vitest';
import { type Recipe, readRecipes } from './recipe.ts';
import { expectedFacts, readContract, visibleParts } from './testing/contract.ts';
import { dockerfileFacts } from './testing/dockerfile-facts.ts';

const root = await mkdtemp(join(tmpdir(), 'contracts-'));
await cp(join(import.meta.dirname, '../../images'), join(root, 'images'), { recursive: true });
await mkdir(join(root, 'dist/node_modules'), { recursive: true });
await writeFile(join(root, 'dist/serve.js'), '');
const recipes = await readRecipes(root);
const built = recipes.filter(({ name }) => name !== 'base');

afterAll(async () => {
  await rm(root, { recursive: true, force: true });
});

async function scriptsOf({ directory }: Recipe): Promise<string> {
  const files = (await readdir(directory)).filter((file) => file !== 'contract.json');
  return (await Promise.all(files.map((file) => readFile(join(directory, file), 'utf8')))).join('\n');
}

describe.each(built)('the recipe $name', (recipe) => {
  test('makes an image that looks as its contract or a stated deviation says', async () => {
    expect(await dockerfileFacts(recipe, recipes)).toEqual(expectedFacts(await readContract(recipe.directory)));
  });

  test('starts as root only where its contract says why', async () => {
    const { user } = await dockerfileFacts(recipe, recipes);
    expect(/^(root|0)?(:|$)/.test(user)).toBe((await readContract(recipe.directory)).root !== undefined);
  });

  test('states deviations only where it deviates', async () => {
    const { contract, deviations } = await readContract(recipe.directory);
    const visible: readonly string[] = visibleParts;
    expect(deviations.filter(({ what, ours }) => visible.includes(what) !== (ours !== undefined))).toEqual([]);
    const unchanged = visibleParts.filter((part) =>
      deviations.some(({ what, ours }) => what === part && isDeepStrictEqual(ours, contract[part])),
    );
    expect(unchanged).toEqual([]);
  });

  test('keeps to what the older builders can read', async () => {
    const dockerfile = await readFile(join(recipe.directory, 'Dockerfile'), 'utf8');
    expect(dockerfile).not.toMatch(/<<|--mount|--link|^# syntax/m);
  });

  test('has scripts that read the environment its contract names', async () => {
    const { contract } = await readContract(recipe.directory);
    const scripts = await scriptsOf(recipe);
    if (!/^COPY .*\.(sh|php)/m.test(scripts)) return;
    const unread = contract.env.filter((name) => !scripts.includes(name.replace(/_FILE$/, '').replace(/^MYSQL_/, 'MARIADB_')));
    expect(unread).toEqual([]);
  });
});
