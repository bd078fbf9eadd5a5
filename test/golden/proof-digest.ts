import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { catalog } from '../../src/catalog/index.ts';
import { digestOfInstructions } from '../../src/images/recipe.ts';
import type { Service } from '../../src/service/index.ts';
import type { ResolvedService } from '../../src/stack/stack.ts';
import { resolveGolden } from './golden-stack.ts';
import { smallestCluster } from './smallest-cluster.ts';

const root = join(import.meta.dirname, '../..');

/**
 * Sixteen hexadecimal digits over what a level is proved of: the service's own units as its smallest cluster resolves them, and the recipes
 * of their images. Providers, renderers and the bundled program are not in it: each of them has tests of its own.
 */
export async function proofDigest(name: string, services: Readonly<Record<string, Service>> = catalog): Promise<string> {
  const units = resolveGolden(smallestCluster(name, services)).services.filter(({ family }) => family === name);
  return createHash('sha256').update(JSON.stringify(await Promise.all(units.map(provedOf)))).digest('hex').slice(0, 16);
}

/** A file that is made from the whole stack stands here by the name of its renderer. */
async function provedOf({ name, env, command, files, setup, access, routed, limits, service }: ResolvedService): Promise<object> {
  const { image, debian, user, ports, publish, volumes, provides, route, health, smoke, metrics } = service;
  const { allow, tmpfs, hostPaths, stopSeconds, gpu, shm } = service;
  const recipe = debian === undefined ? '' : await digestOfInstructions(root, debian);
  const made = { image, recipe, env, command, files, user, ports, publish, volumes, limits, health, metrics, provides };
  return { name, ...made, allow, tmpfs, hostPaths, stopSeconds, gpu, shm, route, access, routed, setup, smoke };
}
