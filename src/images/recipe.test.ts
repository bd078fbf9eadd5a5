import { chmod, cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { digestOfInstructions, imageRef, type Recipe, readRecipes } from './recipe.ts';

const packageRoot = join(import.meta.dirname, '../..');
let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'recipes-'));
  await cp(join(packageRoot, 'images'), join(root, 'images'), { recursive: true });
  await mkdir(join(root, 'dist/node_modules/native'), { recursive: true });
  await writeFile(join(root, 'dist/node_modules/native/index.node'), 'machine code');
  await writeFile(join(root, 'dist/serve.js'), 'first');
});

afterEach(async () => {
  await rm(root, { recursive: true, force: true });
});

async function digests(): Promise<ReadonlyMap<string, string>> {
  return new Map((await readRecipes(root)).map(({ name, digest }) => [name, digest]));
}

async function changedBy(change: () => Promise<void>): Promise<readonly string[]> {
  const before = await digests();
  await change();
  const after = await digests();
  return [...after].filter(([name, digest]) => before.get(name) !== digest).map(([name]) => name);
}

describe('a digest', () => {
  test('is the same for the same files', async () => {
    expect(await digests()).toEqual(await digests());
  });

  test('changes when a file of the recipe changes, and only there', async () => {
    expect(await changedBy(() => writeFile(join(root, 'images/valkey/docker-entrypoint.sh'), '#!/bin/sh\n'))).toEqual(['valkey']);
  });

  test('changes when a file becomes a program', async () => {
    expect(await changedBy(() => chmod(join(root, 'images/openldap/tree.ldif'), 0o755))).toEqual(['openldap']);
  });

  test('changes with a parent', async () => {
    const changed = await changedBy(() => writeFile(join(root, 'images/php/limits.ini'), 'memory_limit = 1M\n'));
    expect(changed.toSorted()).toEqual(['adminer', 'dokuwiki', 'ldap-account-manager', 'php', 'phpldapadmin', 'roundcube']);
  });

  test('of core, and of what is built on it, changes with the bundled program', async () => {
    const onCore = (await readRecipes(root)).reduce<readonly string[]>(
      (names, { name, parent = '' }) => (name === 'core' || names.includes(parent) ? [...names, name] : names),
      [],
    );
    expect(onCore[0]).toBe('core');
    expect(await changedBy(() => writeFile(join(root, 'dist/serve.js'), 'second'))).toEqual(onCore);
    expect(await changedBy(() => writeFile(join(root, 'dist/node_modules/native/index.node'), 'other code'))).toEqual(onCore);
  });

  test('does not change with the recorded contract', async () => {
    expect(await changedBy(() => writeFile(join(root, 'images/caddy/contract.json'), '{}'))).toEqual([]);
  });
});

test('the digest of instructions is that of the recipe, whatever is bundled into it', async () => {
  expect(await digestOfInstructions(root, 'valkey')).toBe((await digests()).get('valkey'));
  const before = await digestOfInstructions(root, 'core');
  await rm(join(root, 'dist'), { recursive: true });
  expect(await digestOfInstructions(root, 'core')).toBe(before);
  await chmod(join(root, 'images/core/Dockerfile'), 0o755);
  expect(await digestOfInstructions(root, 'core')).not.toBe(before);
});

test('recipes come with their parents, and parents come first', async () => {
  expect((await readRecipes(root, ['adminer', 'openldap'])).map(({ name }) => name)).toEqual([
    'base',
    'php',
    'adminer',
    'perl',
    'openldap',
  ]);
});

test('a name without a folder is refused by name', async () => {
  await expect(readRecipes(root, ['caddie'])).rejects.toMatchObject({ code: 'E_IMAGE_BUILD', message: expect.stringContaining('caddie') });
});

test.each(['serve.js', 'node_modules'])('core without its bundled %s says to build first', async (part) => {
  await rm(join(root, 'dist', part), { recursive: true });
  await expect(readRecipes(root, ['core'])).rejects.toMatchObject({ code: 'E_IMAGE_BUILD', fix: expect.stringContaining('npm run build') });
});

test('recipes that are parents of each other are refused', async () => {
  const dockerfile = join(root, 'images/php/Dockerfile');
  await writeFile(dockerfile, (await readFile(dockerfile, 'utf8')).replace('datamancy/base', 'datamancy/adminer'));
  await expect(readRecipes(root, ['php'])).rejects.toThrow('php -> adminer -> php');
});

test('an image is named after its cluster, its recipe and twelve digits of the digest', () => {
  const recipe: Pick<Recipe, 'name' | 'digest'> = { name: 'caddy', digest: '0123456789abcdef' };
  expect(imageRef('home', recipe)).toBe('datamancy/home/caddy:0123456789ab');
});
