import { join } from 'node:path';
import type { Choices } from '../deploy/choices.ts';
import type { ClusterFolder } from '../deploy/folder.ts';
import type { Recipe } from '../images/recipe.ts';
import { processPlacement } from '../runtime/process/placement.ts';
import { placesIn } from '../runtime/process/places.ts';
import { allocatePorts } from '../runtime/process/ports.ts';
import { runnableAsProcesses } from '../runtime/process/runnable.ts';
import { requireUsablePlace } from '../runtime/process/usable-place.ts';
import { processRuntime } from '../runtime/process.ts';
import type { Runtime } from '../runtime/runtime.ts';
import type { Service } from '../service/index.ts';
import type { Declaration } from '../stack/declaration.ts';
import type { ResolveInput } from '../stack/resolve.ts';
import { packageRoot } from './package-root.ts';

/** What differs for a cluster without containers. */
export interface ProcessCluster extends Pick<ResolveInput, 'declaration' | 'placement' | 'image'> {
  /** Recipes whose scripts the services run with. */
  readonly recipes: readonly Recipe[];
  readonly leftOut: readonly string[];
}

/** The same declaration placed on this machine's own processes, without the services that cannot run so. */
export async function placeOnProcesses(
  declaration: Declaration,
  chosen: readonly Service[],
  { http, https }: Choices,
  recipes: readonly Recipe[],
  { state }: ClusterFolder,
): Promise<ProcessCluster> {
  await requireUsablePlace(state);
  const places = placesIn(state);
  const { services, leftOut, versions } = await runnableAsProcesses(chosen);
  const running = new Set(services.map(({ name }) => name));
  const leftBehind = new Set(chosen.map(({ name }) => name).filter((name) => !running.has(name)));
  const used = recipes.filter(({ name }) => services.some(({ debian }) => debian === name));
  return {
    declaration: {
      ...declaration,
      services: Object.fromEntries(Object.entries(declaration.services).filter(([name]) => !leftBehind.has(name))),
    },
    placement: processPlacement({
      places,
      services,
      recipes: used,
      edge: { bind: declaration.bind, http, https },
      ports: await allocatePorts(places, services),
    }),
    image: ({ name, debian }) => ({ source: 'debian', reference: versions.get(name) ?? `datamancy/${debian ?? name}` }),
    recipes: used,
    leftOut,
  };
}

/** The runtime of such a cluster. */
export function openProcessRuntime({ state }: ClusterFolder, recipes: readonly Recipe[], leftOut: readonly string[]): Runtime {
  return processRuntime({ state, supervisor: join(packageRoot, 'dist/supervise.js'), recipes, leftOut });
}
