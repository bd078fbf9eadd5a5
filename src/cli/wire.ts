import type { Choices } from '../deploy/choices.ts';
import { chooseForHost } from '../deploy/choices.ts';
import type { ImageLock } from '../images/image-lock.ts';
import { lockedReference } from '../images/image-lock.ts';
import type { Recipe } from '../images/recipe.ts';
import { imageRef, readRecipes } from '../images/recipe.ts';
import { DatamancyError } from '../kit/errors.ts';
import type { Runtime } from '../runtime/runtime.ts';
import type { Service } from '../service/index.ts';
import type { Declaration } from '../stack/declaration.ts';
import type { Placement } from '../stack/placement.ts';
import { containerPlacement } from '../stack/placement.ts';
import { resolveStack } from '../stack/resolve.ts';
import { checkStack } from '../stack/rules/index.ts';
import type { ImageChoice, ResolvedStack } from '../stack/stack.ts';
import { unitsOf } from '../stack/workers.ts';
import type { LoadedCluster } from './cluster.ts';
import { loadCluster } from './cluster.ts';
import { lookAtMachine } from './machine.ts';
import { packageRoot } from './package-root.ts';

/** A cluster with every need looked at. Where there are problems, nothing may be written or started. */
export interface ResolvedCluster extends LoadedCluster {
  /** Absent where the declaration could not be read at all. */
  readonly stack: ResolvedStack | undefined;
  readonly choices: Choices | undefined;
  /** Recipes of the images that this stack builds on the machine, parents before children. */
  readonly recipes: readonly Recipe[];
  /** Why declared services are not part of the stack, where it runs without containers. */
  readonly leftOut: readonly string[];
}

/** Reads, chooses, resolves and checks, and collects every problem on the way; with `proposed` as if cluster.yaml held that text. */
export async function resolveCluster(named: string | undefined, runtime?: Choices['runtime'], proposed?: string): Promise<ResolvedCluster> {
  const loaded = await loadCluster(named, proposed);
  const { services, folder } = loaded;
  const declaration = loaded.declaration && onRuntime(loaded.declaration, runtime);
  if (!declaration) return { ...loaded, stack: undefined, choices: undefined, recipes: [], leftOut: [] };
  const chosen = Object.keys(declaration.services).flatMap((name) => services[name] ?? []);
  const choices = await chooseForHost(declaration, folder, async (askRegistry) => {
    const { lookAtEngine } = await import('../runtime/look.ts');
    return lookAtEngine(askRegistry ? chosen.flatMap(({ image }) => image ?? [])[0] : undefined);
  });
  const units = chosen.flatMap(unitsOf);
  const recipes = await readRecipes(
    packageRoot,
    units.flatMap((unit) => (choices.runtime === 'process' || isBuilt(unit, choices) ? (unit.debian ?? []) : [])),
  );
  const placed =
    choices.runtime === 'process'
      ? await (await import('./process-cluster.ts')).placeOnProcesses(declaration, chosen, choices, recipes, folder)
      : {
          declaration,
          placement: containersOn(choices),
          image: imageChooser({ choices, cluster: declaration.name, recipes, lock: loaded.imageLock }),
          recipes,
          leftOut: [],
        };
  const stack = resolveStack({ ...placed, catalog: services, ports: choices });
  const machine = await lookAtMachine(units.some(({ gpu }) => gpu !== undefined));
  const problems = [...loaded.problems, ...checkStack(stack, services, machine)];
  return { ...loaded, problems, stack, choices, recipes: placed.recipes, leftOut: placed.leftOut };
}

/** What was asked for on the command line stands where cluster.yaml leaves it open. */
function onRuntime(declaration: Declaration, runtime: Choices['runtime'] | undefined): Declaration {
  if (runtime === undefined || declaration.runtime === runtime) return declaration;
  if (declaration.runtime === 'auto') return { ...declaration, runtime };
  throw new DatamancyError('E_USAGE', `cluster.yaml says runtime: ${declaration.runtime}, and the command line ${runtime}`, {
    fix: 'leave --runtime out, or write runtime: auto',
  });
}

function containersOn({ probesStart, engineSocket }: Choices): Placement {
  return { ...containerPlacement, probesStart, ...(engineSocket === undefined ? {} : { engineSocket }) };
}

interface ImageSources {
  readonly choices: Choices;
  readonly cluster: string;
  readonly recipes: readonly Recipe[];
  readonly lock: ImageLock;
}

/** One source for the whole cluster where it can be: a service that upstream or Debian alone has comes from there. */
function isBuilt({ image, debian }: Service, { images }: Choices): boolean {
  return debian !== undefined && (images === 'debian' || image === undefined);
}

function imageChooser({ choices, cluster, recipes, lock }: ImageSources): (service: Service) => ImageChoice | undefined {
  const byName = new Map(recipes.map((recipe) => [recipe.name, recipe]));
  return (service) => {
    const recipe = isBuilt(service, choices) ? byName.get(service.debian ?? '') : undefined;
    if (recipe) {
      const { name, tools } = recipe;
      return { source: 'debian', reference: imageRef(cluster, recipe), recipe: name, ...(tools ? { tools } : {}) };
    }
    return service.image === undefined ? undefined : { source: 'upstream', reference: lockedReference(service.image, lock) };
  };
}

/** A cluster that may be acted on: without problems, and with the runtime it was chosen to run on. */
export interface ReadyCluster extends ResolvedCluster, OpenRuntime {
  readonly stack: ResolvedStack;
  readonly choices: Choices;
}

export interface OpenRuntime {
  readonly runtime: Runtime;
  /** Environment that points the docker client at the engine; empty where there is none. */
  readonly engineEnvironment: Readonly<Record<string, string>>;
}

/** Resolves the cluster and opens its runtime; reports the problems and gives undefined where there are any. */
export async function readyCluster(named: string | undefined, runtime?: Choices['runtime']): Promise<ReadyCluster | undefined> {
  const resolved = await resolveCluster(named, runtime);
  const { stack, choices, problems, report } = resolved;
  if (!stack || !choices || problems.length > 0) {
    report(problems);
    for (const sentence of resolved.leftOut) console.error(`note: ${sentence}`);
    return undefined;
  }
  return { ...resolved, stack, choices, ...(await openRuntime({ ...resolved, stack })) };
}

/** The runtime that this cluster was chosen to run on. */
export async function openRuntime({
  stack,
  folder,
  recipes,
  leftOut,
}: Pick<ReadyCluster, 'stack' | 'folder' | 'recipes' | 'leftOut'>): Promise<OpenRuntime> {
  if (stack.placement.runtime === 'process') {
    const { openProcessRuntime } = await import('./process-cluster.ts');
    return { runtime: openProcessRuntime(folder, recipes, leftOut), engineEnvironment: {} };
  }
  const { connectEngine } = await import('../runtime/engine.ts');
  const { composeRuntime } = await import('../runtime/compose.ts');
  const engine = await connectEngine();
  return { runtime: composeRuntime({ cluster: stack.name, engine, home: folder.root }), engineEnvironment: engine.environment };
}
