// @ts-check
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { requireNode } from './setup/node-version.js';

const root = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '');
const main = join(root, 'dist/main.js');

requireNode();
if (!existsSync(join(root, 'node_modules/.package-lock.json'))) {
  console.error(`The npm packages are missing in ${root}.`);
  console.error(`fix: run "npm ci" there; or "npm start", which installs all that is needed and brings a cluster up`);
  process.exit(3);
}
if (isOutdated()) await rebuild();
process.argv[1] = main;
await import(main);

/** Whether a source is newer than the bundle; a folder's own time shows what was removed from it. */
function isOutdated() {
  const built = statSync(main, { throwIfNoEntry: false })?.mtimeMs;
  if (built === undefined) return true;
  const alone = ['package-lock.json', 'scripts/build.js'].map((path) => join(root, path));
  return alone.some((path) => statSync(path).mtimeMs > built) || hasNewer(join(root, 'src'), built);
}

/**
 * @param {string} folder
 * @param {number} than
 * @returns {boolean}
 */
function hasNewer(folder, than) {
  if (statSync(folder).mtimeMs > than) return true;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory() ? hasNewer(path, than) : !isTest(entry.name) && statSync(path).mtimeMs > than) return true;
  }
  return false;
}

/** @param {string} name */
function isTest(name) {
  return name.endsWith('.test.ts') || name.endsWith('.test-d.ts');
}

async function rebuild() {
  const { build, buildErrors } = await import('./build.js');
  try {
    await build(root);
  } catch (cause) {
    const isReadOnly = cause instanceof Error && 'code' in cause && ['EACCES', 'EROFS', 'EPERM'].includes(String(cause.code));
    if (isReadOnly && existsSync(main)) return;
    console.error(`The program could not be built from ${join(root, 'src')}:\n${buildErrors(cause)}`);
    process.exit(1);
  }
}
