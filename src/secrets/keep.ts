import { join } from 'node:path';
import { readIfExists, writeAtomic } from '../kit/files.ts';
import type { SecretKind, SecretRequest } from '../service/secret.ts';
import { type AgeKey, createAgeKey, readAgeKey } from './age-key.ts';
import { byId, changedLeaves, type Contents, contentsOf, hiddenTexts, usableId } from './contents.ts';
import { completeSecret, rotateSecret } from './generate.ts';
import type { Parts } from './kinds/maker.ts';
import { changedMeanwhile, damaged, fixedSecret, missingKey, unknownPart, unknownSecret, unusableValue } from './refusals.ts';
import { changeSopsFile, createSopsFile, openSopsFile, type SopsFile } from './sops/file.ts';
import type { Leaf } from './sops/tree.ts';

/** A secret that no generator can put right: only the owner can. */
interface SecretProblem {
  readonly id: string;
  readonly why: string;
  readonly fix: string;
}

interface Ensured {
  /** The ids of new secrets, sorted. */
  readonly created: readonly string[];
  readonly problems: readonly SecretProblem[];
}

/** The cluster's secrets, opened. A value is reached by its name only, and never by printing the store. */
export interface SecretStore {
  /** Makes every secret that is missing. A value that exists is never replaced; with nothing missing or due, nothing is written. */
  readonly ensure: (requests: readonly SecretRequest[]) => Promise<Ensured>;
  /** Keeps a value that only the owner has, in place of any kept before. */
  readonly supply: (id: string, value: string) => Promise<void>;
  /** Gives a secret that is kept its next value. Throws E_SECRET_UNKNOWN, and E_SECRET_KEPT where a new value would lose something. */
  readonly rotate: (request: SecretRequest) => Promise<void>;
  /** The characters of one part, `value` where none is named. Throws E_SECRET_UNKNOWN with the nearest name. */
  readonly reveal: (id: string, part?: string) => string;
  readonly ids: () => readonly string[];
  /** Every text that must be seen nowhere; public keys and salted digests are not among them. */
  readonly values: () => readonly string[];
  /** Keys the digests of definitions, so that a digest tells nothing of the values it covers. */
  readonly digestKey: () => string;
}

interface OpenSecretsOptions {
  readonly ageKeyFile: string;
  /** True for a cluster that ran before: then a missing file is refused and not begun anew. */
  readonly mustExist?: boolean;
}

const fileName = 'secrets.yaml';
const digestKey: SecretRequest = { id: 'datamancy.digest-key', spec: { kind: 'hex', bytes: 32 } };

/**
 * Opens `secrets.yaml` in the directory with the age key, making both on first use. The caller holds the cluster's lock.
 * Throws E_AGE_KEY_MISSING, E_AGE_KEY_WRONG, E_AGE_KEY_EXPOSED or E_SECRETS_DAMAGED, and then has written nothing.
 */
export async function openSecrets(directory: string, { ageKeyFile, mustExist = false }: OpenSecretsOptions): Promise<SecretStore> {
  const path = join(directory, fileName);
  const text = await readIfExists(path);
  const key = await readAgeKey(ageKeyFile);
  if (text !== undefined) {
    if (!key) throw missingKey(ageKeyFile, fileName);
    return storeOf(path, await openSopsFile(fileName, text, key));
  }
  if (mustExist) throw damaged(fileName, 'it is missing, though this cluster has run with it');
  return storeOf(path, await beginFile(path, key ?? (await createAgeKey(ageKeyFile))));
}

async function beginFile(path: string, key: AgeKey): Promise<SopsFile> {
  const made = await completeSecret(digestKey.spec, undefined);
  const leaves = made.kind === 'created' ? changedLeaves([], digestKey.id, made.parts) : [];
  const file = await createSopsFile(key.recipients, leaves);
  await writeAtomic(path, file.text, 0o600);
  return file;
}

function storeOf(path: string, opened: SopsFile): SecretStore {
  let file = opened;
  let contents: Contents = contentsOf(file.leaves);
  let lastWrite: Promise<unknown> = Promise.resolve();

  /** One change at a time, so that two callers in one process never make the same secret twice. */
  function inTurn<T>(change: () => Promise<T>): Promise<T> {
    const turn = lastWrite.then(change, change);
    lastWrite = turn.catch(() => undefined);
    return turn;
  }

  async function write(additions: readonly Leaf[]): Promise<void> {
    if (additions.length === 0) return;
    if ((await readIfExists(path)) !== file.text) throw changedMeanwhile(fileName);
    const next = changeSopsFile(file, additions);
    await writeAtomic(path, next.text, 0o600);
    file = next;
    contents = contentsOf(next.leaves);
  }

  /** What an authority signs comes after the authority, and not at all where that is no good. */
  async function ensure(requests: readonly SecretRequest[]): Promise<Ensured> {
    const wanted = new Map([...requests, digestKey].map((request) => [usableId(request.id), request.spec]));
    const inOrder = [...wanted].toSorted(byId);
    const first = await complete(inOrder.filter(([, { kind }]) => kind !== 'certificate'));
    if (first.problems.length > 0) return first;
    const { created, problems } = await complete(inOrder.filter(([, { kind }]) => kind === 'certificate'));
    return { created: [...first.created, ...created].toSorted(), problems };
  }

  async function complete(wanted: readonly (readonly [string, SecretKind])[]): Promise<Ensured> {
    const found = await Promise.all(
      wanted.map(async ([id, spec]) => ({ id, spec, result: await completeSecret(spec, contents.get(id), signerOf(spec)) })),
    );
    await write(found.flatMap(({ id, result }) => ('parts' in result ? changedLeaves(file.leaves, id, result.parts) : [])));
    return {
      created: found.filter(({ result }) => result.kind === 'created').map(({ id }) => id),
      problems: found.flatMap(({ id, spec, result }) => {
        if (result.kind === 'missing')
          return [{ id, why: `${id} is missing${spec.kind === 'supplied' ? `: ${spec.about}` : ''}`, fix: howToSet(id) }];
        return result.kind === 'unfit' ? [{ id, why: `${id} does not fit: ${result.why}`, fix: howToSet(id) }] : [];
      }),
    };
  }

  function signerOf(spec: SecretKind): Parts | undefined {
    return spec.kind === 'certificate' ? contents.get(spec.authority) : undefined;
  }

  async function supply(id: string, value: string): Promise<void> {
    if (value === '' || Buffer.from(value).toString() !== value) throw unusableValue(id);
    await write(changedLeaves(file.leaves, usableId(id), { value }));
  }

  async function rotate(request: SecretRequest): Promise<void> {
    const { id, spec } = request;
    const kept = contents.get(id);
    if (!kept) throw unknownSecret(id, [...contents.keys()]);
    const parts = await rotateSecret(spec, kept, signerOf(spec));
    if (!parts) throw fixedSecret(request);
    await write(changedLeaves(file.leaves, id, parts));
  }

  function reveal(id: string, part = 'value'): string {
    const parts = contents.get(id);
    if (!parts) throw unknownSecret(id, [...contents.keys()]);
    const text = Object.hasOwn(parts, part) ? parts[part] : undefined;
    if (text === undefined) throw unknownPart(id, part, Object.keys(parts));
    return text;
  }

  return {
    ensure: (requests) => inTurn(() => ensure(requests)),
    supply: (id, value) => inTurn(() => supply(id, value)),
    rotate: (request) => inTurn(() => rotate(request)),
    reveal,
    ids: () => [...contents.keys()],
    values: () => [...contents.values()].flatMap(hiddenTexts),
    digestKey: () => reveal(digestKey.id),
  };
}

function howToSet(id: string): string {
  return `give it with: datamancy secrets set ${id} < file`;
}
