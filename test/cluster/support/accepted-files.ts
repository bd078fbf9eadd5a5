import { join } from 'node:path';
import { groupBy } from '../../../src/stack/group-by.ts';
import { checkStack } from '../../../src/stack/rules/index.ts';
import { parserOf } from '../../golden/parsers.ts';
import { resolveGolden, treeOf } from '../../golden/golden-stack.ts';
import { smallestCluster } from '../../golden/smallest-cluster.ts';
import { builtImages, composeRefusal, filesFor, refusals, writeStacks } from './rendered-stacks.ts';
import { targetPrograms } from './target-programs.ts';

/** What a rule, a parser or the program that will read the files says against the smallest cluster of a service. */
interface Objection {
  readonly name: string;
  readonly words: string;
}

/**
 * Renders the smallest cluster of each service below `root`, and asks every rule and every program. Gives what was said against each one;
 * a service of which nothing is there has what level 1 asks.
 */
export async function objectionsTo(names: readonly string[], root: string): Promise<ReadonlyMap<string, readonly string[]>> {
  const clusters = names.map((name) => [name, smallestCluster(name)] as const);
  const stacks = Object.fromEntries(clusters.map(([name, cluster]) => [name, resolveGolden(cluster)]));
  await writeStacks(root, stacks);
  const found: Objection[] = [];
  const note = (name: string, words: string): void => void (words !== '' && found.push({ name, words }));
  for (const [name, cluster] of clusters) {
    const stack = resolveGolden(cluster);
    for (const { where, message } of checkStack(stack, Object.fromEntries(cluster.services.map((service) => [service.name, service]))))
      note(name, `${where}: ${message}`);
    for (const [path, text] of treeOf(stack)) for (const words of parserOf(path)?.(text) ?? []) note(name, `${path}: ${words}`);
    note(name, await composeRefusal(join(root, name)));
  }
  const imageOf = await builtImages(targetPrograms.map(({ recipe }) => recipe));
  for (const program of targetPrograms) {
    const shown = Object.entries(stacks).flatMap(([name, stack]) =>
      filesFor(stack, join(root, name), program).map((file) => ({ name, file })),
    );
    const said = await refusals(program, { image: imageOf(program.recipe), root, files: shown.map(({ file }) => file) });
    for (const [i, { name, file }] of shown.entries()) note(name, said[i] === '' ? '' : `${file.path}: ${said[i]}`);
  }
  return new Map([...groupBy(found, ({ name }) => name)].map(([name, objections]) => [name, objections.map(({ words }) => words)]));
}
