import { createHmac } from 'node:crypto';
import type { Step } from '../contracts/index.ts';
import { renderCompose } from '../render/compose.ts';
import { digestOf } from '../render/definition.ts';
import type { RenderedFile } from '../render/file.ts';
import { stepsOf } from '../render/grants.ts';
import { renderProcess } from '../render/process.ts';
import { renderStack } from '../render/render.ts';
import type { SecretStore } from '../secrets/keep.ts';
import { openSecrets } from '../secrets/keep.ts';
import type { Reveal } from '../service/index.ts';
import type { Problem } from '../stack/problem.ts';
import { secretFileName } from '../stack/expand.ts';
import type { ResolvedStack } from '../stack/stack.ts';
import type { ClusterFolder } from './folder.ts';
import { writePrivateFiles } from './private-files.ts';
import type { StoredRelease, TreeFile } from './release.ts';
import { ignoreState, newestRelease, writeRelease } from './release.ts';

/** A stack written to disk, with what is needed to make it run. */
export interface Prepared {
  readonly stack: ResolvedStack;
  readonly release: StoredRelease;
  readonly steps: ReadonlyMap<string, readonly Step[]>;
  readonly secrets: SecretStore;
  readonly reveal: Reveal;
  /** Every file of the release. */
  readonly tree: readonly TreeFile[];
  /** Paths of the files that show secrets. */
  readonly privatePaths: ReadonlySet<string>;
}

/** Makes the missing secrets, renders, and writes the release and the private files. The caller holds the cluster's lock. */
export async function prepareRelease(
  stack: ResolvedStack,
  folder: ClusterFolder,
): Promise<Prepared | { readonly problems: readonly Problem[] }> {
  await ignoreState(folder);
  const secrets = await openSecrets(folder.root, { ageKeyFile: folder.ageKeyFile, mustExist: (await newestRelease(folder)) !== undefined });
  const ensured = await secrets.ensure(stack.secrets);
  if (ensured.problems.length > 0) {
    return { problems: ensured.problems.map(({ id, why, fix }) => ({ rule: 'secret-supplied', where: id, message: why, fix })) };
  }

  const reveal: Reveal = {
    secret: ({ id, part }) => secrets.reveal(id, part),
    file: (secret) => stack.placement.secretFile(secretFileName(secret)),
  };
  const files = renderStack(stack).map((file) => ({ ...file, content: file.print(reveal) }));
  const key = secrets.digestKey();
  const keyedHash = (content: string): string => createHmac('sha256', key).update(content).digest('hex');
  const printed = new Map(files.map(({ path, content }) => [path, content]));
  const print = (file: RenderedFile): string => printed.get(file.path) ?? file.print(reveal);
  const digests = Object.fromEntries(stack.services.map((service) => [service.name, digestOf(stack, service, { print, keyedHash })]));
  const open = files.filter(({ isPrivate }) => !isPrivate);
  const closed = files.filter(({ isPrivate }) => isPrivate);
  let tree: readonly TreeFile[] = [];
  const release = await writeRelease(folder, digests, (number) => {
    tree = [...open, unitsFile(stack, number, digests)];
    return tree;
  });
  await writePrivateFiles(folder.privateDirectory, closed);
  const steps = new Map<string, readonly Step[]>();
  for (const { provider, steps: own } of stepsOf(stack)) steps.set(provider.name, [...(steps.get(provider.name) ?? []), ...own]);
  const privatePaths = new Set(closed.map(({ path }) => path));
  return { stack, release, steps, secrets, reveal, tree, privatePaths };
}

/** What the runtime reads the units from. */
function unitsFile(stack: ResolvedStack, release: number, digests: Readonly<Record<string, string>>): TreeFile {
  if (stack.placement.runtime === 'process') return { path: 'process.json', content: renderProcess(stack) };
  return { path: 'compose.yaml', content: renderCompose(stack, { release, digests }) };
}
