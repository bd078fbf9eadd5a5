import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { catalog } from '../../src/catalog/index.ts';
import type { Service } from '../../src/service/index.ts';
import type { ResolvedService } from '../../src/stack/stack.ts';
import { resolveGolden } from './golden-stack.ts';
import { smallestCluster } from './smallest-cluster.ts';

const images = join(import.meta.dirname, '../../images');

/**
 * Sixteen hexadecimal digits over what a level is proved of: the service's own units as its smallest cluster resolves them, and the recipes
 * of their images. Providers, renderers and the bundled program are not in it: each of them has tests of its own.
 */
export function proofDigest(name: string, services: Readonly<Record<string, Service>> = catalog): string {
  const units = resolveGolden(smallestCluster(name, services)).services.filter(({ family }) => family === name);
  return createHash('sha256').update(JSON.stringify(units.map(provedOf))).digest('hex').slice(0, 16);
}

/** A file that is made from the whole stack stands here by the name of its renderer. */
function provedOf({ name, env, command, files, setup, access, routed, limits, service }: ResolvedService): object {
  const { image, debian, user, ports, publish, volumes, provides, route, health, smoke, metrics } = service;
  const { allow, tmpfs, hostPaths, stopSeconds, gpu, shm } = service;
  const made = { image, recipe: recipeOf(debian), env, command, files, user, ports, publish, volumes, limits, health, metrics, provides };
  return { name, ...made, allow, tmpfs, hostPaths, stopSeconds, gpu, shm, route, access, routed, setup, smoke };
}

/** The files that an image is built from, with those of its parents; its contract and its notes only describe it. */
function recipeOf(name: string | undefined): readonly string[] {
  if (name === undefined) return [];
  const folder = join(images, name);
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => statSync(join(folder, path)).isFile() && path !== 'contract.json' && !path.endsWith('.md'))
    .toSorted()
    .map((path) => `${name}/${path} ${createHash('sha256').update(readFileSync(join(folder, path))).digest('hex')}`);
  const parent = /^ARG PARENT=datamancy\/(?<parent>.+)$/m.exec(readFileSync(join(folder, 'Dockerfile'), 'utf8'))?.groups?.['parent'];
  return [...recipeOf(parent), ...files];
}
