import { randomBytes } from 'node:crypto';
import { Document, isMap, isScalar, Pair, parseDocument, Scalar, visit, YAMLMap } from 'yaml';
import type { AgeKey } from '../age-key.ts';
import { damaged, wrongKey } from '../refusals.ts';
import { openText, sealText } from './cipher.ts';
import { openDataKey, parseMetadata, sealDataKey, sopsVersion } from './metadata.ts';
import { additionalDataOf, type Leaf, macOf, metadataKey, readLeaves, treeOf, unencryptedSuffix } from './tree.ts';

/** An opened file: its text as it stands on the disk, the key of its values, and the values. */
export interface SopsFile {
  readonly text: string;
  readonly dataKey: Buffer;
  readonly leaves: readonly Leaf[];
}

/** A new file that each recipient can open, with these values. */
export async function createSopsFile(recipients: readonly string[], additions: readonly Leaf[]): Promise<SopsFile> {
  const dataKey = randomBytes(32);
  const age = await Promise.all(recipients.map(async (recipient) => ({ recipient, enc: await sealDataKey(dataKey, recipient) })));
  const empty = { [metadataKey]: { age, lastmodified: '', mac: '', unencrypted_suffix: unencryptedSuffix, version: sopsVersion } };
  return sign(new Document(empty), dataKey, additions);
}

/** Opens and verifies every value; throws E_AGE_KEY_WRONG or E_SECRETS_DAMAGED, both naming the file. */
export async function openSopsFile(name: string, text: string, key: AgeKey): Promise<SopsFile> {
  const document = parseDocument(text);
  const [error] = document.errors;
  if (error) throw damaged(name, `it is not YAML (${error.message.split('\n')[0] ?? ''})`);
  if (text.includes('*') && hasAlias(document)) throw damaged(name, 'it holds a YAML alias, which SOPS never writes');
  const tree = treeOf(document);
  if (!tree?.has(metadataKey)) throw damaged(name, 'it has no sops metadata, so it is cut off or was never encrypted');
  const metadataNode = tree.get(metadataKey);
  const metadata = parseMetadata(isMap(metadataNode) ? metadataNode.toJSON() : undefined);
  if (typeof metadata === 'string') throw damaged(name, metadata);
  const dataKey = await openDataKey(metadata, key);
  if (dataKey === 'not-for-this-key') {
    throw wrongKey(
      name,
      metadata.age.map(({ recipient }) => recipient),
      key.recipients,
    );
  }
  if (dataKey === 'damaged') throw damaged(name, 'its data key (sops.age.enc) was changed or cut off');
  const found = readLeaves(tree, dataKey);
  if (found.kind === 'damaged') throw damaged(name, found.why);
  if (openText(metadata.mac, dataKey, metadata.lastmodified) !== macOf(found.leaves)) {
    throw damaged(name, 'its values do not match its message authentication code (sops.mac), so one was added, removed or changed');
  }
  return { text, dataKey, leaves: found.leaves };
}

/** The file with these values added or replaced. Every other line but the date and the code stays as it is, comments too. */
export function changeSopsFile(file: SopsFile, additions: readonly Leaf[]): SopsFile {
  return sign(parseDocument(file.text), file.dataKey, additions);
}

function sign(document: Document, dataKey: Buffer, additions: readonly Leaf[]): SopsFile {
  const tree = treeOf(document) ?? new YAMLMap();
  for (const { path, text } of additions) place(tree, path, sealText(text, dataKey, additionalDataOf(path)));
  const leaves = leavesIn(document, dataKey);
  const lastModified = `${new Date().toISOString().slice(0, 19)}Z`;
  tree.setIn([metadataKey, 'lastmodified'], quoted(lastModified));
  tree.setIn([metadataKey, 'mac'], sealText(macOf(leaves), dataKey, lastModified));
  const text = document.toString({ indent: 4, lineWidth: 0 });
  return { text, dataKey, leaves: leavesIn(parseDocument(text), dataKey) };
}

/** Read again before anything is written, so that no file is kept that could not be opened. */
function leavesIn(document: Document, dataKey: Buffer): readonly Leaf[] {
  const found = readLeaves(treeOf(document) ?? new YAMLMap(), dataKey);
  if (found.kind === 'damaged') throw damaged('the new text of the secrets', found.why);
  return found.leaves;
}

function place(tree: YAMLMap, path: readonly string[], sealed: string): void {
  const [name = '', ...rest] = path;
  if (rest.length === 0) {
    insert(tree, name, new Scalar(sealed));
    return;
  }
  const under = tree.get(name);
  const map = isMap(under) ? under : new YAMLMap();
  if (map !== under) insert(tree, name, map);
  place(map, rest, sealed);
}

/** Replaces the key's value, or adds the key before the first that sorts after it; the metadata stays last. */
function insert(map: YAMLMap, name: string, value: Scalar | YAMLMap): void {
  const existing = map.items.find((pair) => keyOf(pair) === name);
  if (existing && isScalar(existing.value) && value instanceof Scalar) existing.value.value = value.value;
  else if (existing) existing.value = value;
  if (existing) return;
  const at = map.items.findIndex((pair) => keyOf(pair) === metadataKey || keyOf(pair) > name);
  map.items.splice(at < 0 ? map.items.length : at, 0, new Pair(new Scalar(name), value));
}

function keyOf(pair: Pair): string {
  return isScalar(pair.key) ? String(pair.key.value) : '';
}

function hasAlias(document: Document): boolean {
  let found = false;
  visit(document, {
    Alias: () => {
      found = true;
      return visit.BREAK;
    },
  });
  return found;
}

function quoted(text: string): Scalar {
  const scalar = new Scalar(text);
  scalar.type = 'QUOTE_DOUBLE';
  return scalar;
}
