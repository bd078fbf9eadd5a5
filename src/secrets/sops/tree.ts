import { createHash } from 'node:crypto';
import { type Document, isMap, isScalar, isSeq, type Node, type YAMLMap } from 'yaml';
import { isSealed, openText } from './cipher.ts';

export const metadataKey = 'sops';
export const unencryptedSuffix = '_unencrypted';

/** One value of the file, opened, with the keys that lead to it. */
export interface Leaf {
  readonly path: readonly string[];
  readonly text: string;
}

/** Either every value in the order of the file, or the first thing that keeps it from being read. */
export type Leaves = { readonly kind: 'read'; readonly leaves: readonly Leaf[] } | { readonly kind: 'damaged'; readonly why: string };

/** Opens every value of the document but the metadata, as SOPS walks it. */
export function readLeaves(tree: YAMLMap, key: Buffer): Leaves {
  const leaves: Leaf[] = [];
  const why = walkMap(tree, [], key, leaves);
  return why === undefined ? { kind: 'read', leaves } : { kind: 'damaged', why };
}

/** The keys' place, which SOPS binds each value to. */
export function additionalDataOf(path: readonly string[]): string {
  return `${path.join(':')}:`;
}

/** SHA-512 over all values in order, in capitals, as SOPS computes it. */
export function macOf(leaves: readonly Leaf[]): string {
  const hash = createHash('sha512');
  for (const leaf of leaves) hash.update(leaf.text);
  return hash.digest('hex').toUpperCase();
}

/** The document's top-level mapping, or undefined where it is anything else. */
export function treeOf(document: Document): YAMLMap | undefined {
  return isMap(document.contents) ? document.contents : undefined;
}

function walkMap(map: YAMLMap, path: readonly string[], key: Buffer, leaves: Leaf[]): string | undefined {
  for (const pair of map.items) {
    if (!isScalar(pair.key) || typeof pair.key.value !== 'string') return `a key under ${nameOf(path)} is not a text`;
    const name = pair.key.value;
    if (path.length === 0 && name === metadataKey) continue;
    const why = walkNode(pair.value as Node | null, [...path, name], key, leaves);
    if (why !== undefined) return why;
  }
  return undefined;
}

function walkNode(node: Node | null, path: readonly string[], key: Buffer, leaves: Leaf[]): string | undefined {
  if (node === null || (isScalar(node) && node.value === null)) return undefined;
  if (isMap(node)) return walkMap(node, path, key, leaves);
  if (isSeq(node)) {
    for (const item of node.items) {
      const why = walkNode(item as Node | null, path, key, leaves);
      if (why !== undefined) return why;
    }
    return undefined;
  }
  if (!isScalar(node)) return `${nameOf(path)} is an alias, which is not read`;
  const isPlain = path.some((name) => name.endsWith(unencryptedSuffix));
  const text = isPlain ? plainText(node.value) : openedText(node.value, path, key);
  if (text === undefined) return `${nameOf(path)} ${isForeign(node.value) ? 'is not encrypted' : 'was changed or cut off'}`;
  leaves.push({ path, text });
  return undefined;
}

function openedText(value: unknown, path: readonly string[], key: Buffer): string | undefined {
  return typeof value === 'string' ? openText(value, key, additionalDataOf(path)) : undefined;
}

/** SOPS hashes a boolean with a capital, as Python prints it. */
function plainText(value: unknown): string | undefined {
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}

function isForeign(value: unknown): boolean {
  return typeof value !== 'string' || !(isSealed(value) || value.startsWith('ENC['));
}

function nameOf(path: readonly string[]): string {
  return path.length === 0 ? 'the top' : path.join('.');
}
