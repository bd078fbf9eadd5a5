import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { clusterAuthority } from '../../../src/contracts/index.ts';
import { run } from '../../../src/kit/process.ts';
import { buildImages } from '../../../src/images/build.ts';
import { imageRef, readRecipes } from '../../../src/images/recipe.ts';
import { configFilesOf, secretPath } from '../../../src/render/unit-files.ts';
import { completeSecret } from '../../../src/secrets/generate.ts';
import type { Reveal } from '../../../src/service/index.ts';
import { secretFileName } from '../../../src/stack/expand.ts';
import type { ResolvedStack } from '../../../src/stack/stack.ts';
import { withoutWorkers } from '../../../src/stack/stack.ts';
import { named, treeOf } from '../../golden/golden-stack.ts';
import type { TargetProgram } from './target-programs.ts';

/** A file that a program is to read, with what must lie beside it. */
export interface Found {
  /** Config files and secrets of the service: where they lie on this machine, and where its unit expects them. */
  readonly mounts: readonly (readonly [source: string, target: string])[];
  /** One of the targets. */
  readonly path: string;
}

/** Builds these recipes, and says what the image of each is called. */
export async function builtImages(names: readonly string[]): Promise<(recipe: string) => string> {
  const cluster = 'imagetest';
  const recipes = await readRecipes(join(import.meta.dirname, '../../..'), names);
  await buildImages({ recipes, cluster });
  const references = new Map(recipes.map((recipe) => [recipe.name, imageRef(cluster, recipe)]));
  return (name) => references.get(name) ?? name;
}

/** Writes everything that each stack gives into a folder of its name below `root`. */
export async function writeStacks(root: string, stacks: Readonly<Record<string, ResolvedStack>>): Promise<void> {
  const reveal = await withAuthority();
  for (const [name, stack] of Object.entries(stacks)) {
    for (const [path, content] of treeOf(stack, reveal)) {
      const target = join(root, name, path);
      await mkdir(dirname(target), { recursive: true });
      await writeFile(target, content);
    }
  }
}

/** Names for secrets, and a real key and certificate for the authority, which the edge reads to the end. */
async function withAuthority(): Promise<Reveal> {
  const made = await completeSecret({ kind: 'authority', name: 'test', domain: 'example.org' }, undefined);
  const parts = 'parts' in made ? made.parts : {};
  const secret: Reveal['secret'] = ({ id, part = 'value' }) => parts[part] ?? id;
  return { ...named, secret: (asked) => (asked.id === clusterAuthority.id ? secret(asked) : named.secret(asked)) };
}

/** What docker compose says against the stack in this folder; empty where it takes it. */
export async function composeRefusal(folder: string): Promise<string> {
  const { status, stderr } = await run(['docker', 'compose', '-f', join(folder, 'releases/1/compose.yaml'), 'config', '--quiet']);
  return status === 0 && stderr === '' ? '' : `status ${status}: ${stderr}`;
}

/** The files of the stack that the program is for, where the stack was written into `folder`. */
export function filesFor(stack: ResolvedStack, folder: string, { reads }: TargetProgram): readonly Found[] {
  return withoutWorkers(stack).flatMap((service) => {
    const files = configFilesOf(stack, service).map(
      ({ path, target, isPrivate }) => [join(folder, isPrivate ? 'private' : 'releases/1', path), target] as const,
    );
    const secrets = service.secretFiles.map(
      (secret) => [join(folder, 'private', secretPath(secret)), stack.placement.secretFile(secretFileName(secret))] as const,
    );
    const mounts = [...files, ...secrets];
    return service.files.filter((file) => reads(file, service.name)).map(({ path }) => ({ mounts, path }));
  });
}

/**
 * Shows each of the files to the program, all in one container, where they and what belongs to them lie below `root`. Gives what it says
 * against each, in the same order; empty where it takes the file.
 */
export async function refusals(
  { argv }: TargetProgram,
  { image, root, files }: { readonly image: string; readonly root: string; readonly files: readonly Found[] },
): Promise<readonly string[]> {
  const end = `end-${randomBytes(8).toString('hex')}`;
  const script = files.flatMap(({ mounts, path }) => [
    ...mounts.flatMap(([source, target]) => [`mkdir -p ${quoted(dirname(target))}`, `cp ${quoted(source)} ${quoted(target)}`]),
    `${[...argv, path].map(quoted).join(' ')} </dev/null 2>&1`,
    `echo " $? ${end}"`,
    `rm -f ${mounts.map(([, target]) => quoted(target)).join(' ')}`,
  ]);
  const options = ['--rm', '--interactive', '--network=none', '--user=0:0', `--volume=${root}:${root}:ro`];
  const homes = ['--env=XDG_DATA_HOME=/tmp', '--env=XDG_CONFIG_HOME=/tmp'];
  const { stdout, stderr } = await run(['docker', 'run', ...options, ...homes, '--entrypoint=sh', image], { input: script.join('\n') });
  const said = stdout.split(` ${end}`).slice(0, -1);
  if (said.length < files.length || stderr !== '') throw new Error(`${argv[0]} was not shown every file: ${stderr}`);
  return said.map((words) => (words.endsWith(' 0') ? '' : words));
}

/** As one word of a shell. */
function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
