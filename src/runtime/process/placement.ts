import { join } from 'node:path';
import type { Service } from '../../service/index.ts';
import type { Placement } from '../../stack/placement.ts';
import type { Places } from './places.ts';
import { portKey } from './ports.ts';

/** What a recipe's folder is named after: its content, so that a unit's scripts never change beneath it. */
export interface RecipeSource {
  readonly name: string;
  readonly digest: string;
}

export interface ProcessPlacementInput {
  readonly places: Places;
  readonly services: readonly Service[];
  readonly edge: { readonly bind: string; readonly http: number; readonly https: number };
  /** Ports from {@link allocatePorts}. */
  readonly ports: Readonly<Record<string, number>>;
  readonly recipes: readonly RecipeSource[];
}

const loopback = '127.0.0.1';

/** Every unit on loopback at a port of its own, with its directories inside the cluster folder; only published ports keep their numbers. */
export function processPlacement({ places, services, edge, ports, recipes }: ProcessPlacementInput): Placement {
  const byName = new Map(services.map((service) => [service.name, service]));
  const known = new Map(recipes.map((recipe) => [recipe.name, recipe]));
  const outside = edge.bind.includes(':') ? '::1' : loopback;
  const isEverywhere = edge.bind === '0.0.0.0' || edge.bind === '::';
  const published: Placement['listen'] = (name, portName, port) => {
    const service = byName.get(name);
    const isEdge = service?.provides?.['edge'] !== undefined;
    const number = isEdge && portName === 'http' ? edge.http : isEdge && portName === 'https' ? edge.https : port.number;
    return { address: edge.bind, port: number };
  };
  const isPublished = (name: string, portName: string): boolean => byName.get(name)?.publish?.includes(portName) === true;
  const own = (name: string, portName: string): number => ports[portKey(name, portName)] ?? 0;
  return {
    runtime: 'process',
    listen: (name, portName, port) =>
      isPublished(name, portName) ? published(name, portName, port) : { address: loopback, port: own(name, portName) },
    reach: (name, portName, port) => {
      if (!isPublished(name, portName)) return { host: loopback, port: own(name, portName) };
      return { host: isEverywhere ? outside : edge.bind, port: published(name, portName, port).port };
    },
    volume: (name, volumeName) => join(places.root, name, volumeName),
    file: (name, path) => join(places.root, name, '.files', path),
    secretFile: (name) => join(places.secrets, name),
    recipe: (name) => {
      const recipe = known.get(name);
      return recipe ? recipeDirectory(places, recipe) : '';
    },
  };
}

export function recipeDirectory({ recipes }: Pick<Places, 'recipes'>, { name, digest }: RecipeSource): string {
  return join(recipes, `${name}-${digest.slice(0, 12)}`);
}
