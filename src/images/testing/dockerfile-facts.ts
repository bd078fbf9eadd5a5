import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Recipe } from '../recipe.ts';
import { type ImageFacts, sorted } from './contract.ts';

const nothing: ImageFacts = { user: '', entrypoint: [], cmd: [], ports: [], volumes: [], stop: '' };

/** What the image of a recipe will look like, read off its Dockerfile and those of its parents. */
export async function dockerfileFacts(recipe: Recipe, recipes: readonly Recipe[]): Promise<ImageFacts> {
  const parent = recipes.find(({ name }) => name === recipe.parent);
  let facts = parent === undefined ? nothing : await dockerfileFacts(parent, recipes);
  for (const [keyword, rest] of instructions(await readFile(join(recipe.directory, 'Dockerfile'), 'utf8'))) {
    switch (keyword) {
      case 'USER':
        facts = { ...facts, user: rest };
        break;
      case 'ENTRYPOINT':
        facts = { ...facts, entrypoint: words(rest), cmd: [] };
        break;
      case 'CMD':
        facts = { ...facts, cmd: words(rest) };
        break;
      case 'EXPOSE':
        facts = { ...facts, ports: [...facts.ports, ...rest.split(' ')] };
        break;
      case 'VOLUME':
        facts = { ...facts, volumes: [...facts.volumes, ...rest.split(' ')] };
        break;
      case 'STOPSIGNAL':
        facts = { ...facts, stop: rest };
        break;
      default:
        break;
    }
  }
  return sorted(facts);
}

function instructions(dockerfile: string): readonly (readonly [string, string])[] {
  return dockerfile
    .replaceAll('\\\n', ' ')
    .split('\n')
    .map((line) => {
      const [, keyword = '', rest = ''] = /^([A-Z]+)\s+(.*)$/.exec(line) ?? [];
      return [keyword, rest.trim()] as const;
    });
}

function words(json: string): string[] {
  const parsed: unknown = JSON.parse(json);
  if (!Array.isArray(parsed) || !parsed.every((word) => typeof word === 'string')) throw new Error(`not in exec form: ${json}`);
  return parsed;
}
