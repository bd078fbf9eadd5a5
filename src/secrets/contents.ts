import { openParts } from './generate.ts';
import type { Parts } from './kinds/maker.ts';
import { unusableId } from './refusals.ts';
import { metadataKey, type Leaf, unencryptedSuffix } from './sops/tree.ts';

/** Every secret by its id, sorted. */
export type Contents = ReadonlyMap<string, Parts>;

/** Gathers the file's values; one written as a plain text under its id, as an owner may type it in `sops edit`, is its `value`. */
export function contentsOf(leaves: readonly Leaf[]): Contents {
  const secrets = new Map<string, Parts>();
  for (const { path, text } of leaves) {
    const [id = '', ...rest] = path;
    secrets.set(id, { ...secrets.get(id), [rest.join('.') || 'value']: text });
  }
  return new Map([...secrets].toSorted(byId));
}

/** What must be written so that the file holds these parts; values that stand there already are left out. */
export function changedLeaves(leaves: readonly Leaf[], id: string, parts: Parts): readonly Leaf[] {
  const kept = new Map(leaves.filter(({ path }) => path[0] === id && path.length === 2).map(({ path, text }) => [path[1] ?? '', text]));
  return Object.entries(parts).flatMap(([part, text]) => (kept.get(part) === text ? [] : [{ path: [id, part], text }]));
}

/** The texts of a secret that must be seen nowhere. */
export function hiddenTexts(parts: Parts): readonly string[] {
  return Object.entries(parts).flatMap(([part, text]) => (openParts.has(part) || text === '' ? [] : [text]));
}

/** Orders by code unit, the same on every machine. */
export function byId([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : Number(a > b);
}

/** Gives the id back; throws where SOPS would keep it in clear or take it for its own. */
export function usableId(id: string): string {
  if (/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(id) && id !== metadataKey && !id.endsWith(unencryptedSuffix)) return id;
  throw unusableId(id);
}
