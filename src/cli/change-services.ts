import { readFile, realpath, stat } from 'node:fs/promises';
import { withLock } from '../deploy/lock.ts';
import { DatamancyError } from '../kit/errors.ts';
import { writeAtomic } from '../kit/files.ts';
import type { Declaration } from '../stack/declaration.ts';
import { nearest } from '../stack/nearest.ts';
import type { Problem } from '../stack/problem.ts';
import { findCluster } from './cluster.ts';
import type { ResolvedCluster } from './wire.ts';
import { resolveCluster } from './wire.ts';

export interface ChangeOptions {
  readonly cluster?: string;
  readonly json?: true;
}

/** A cluster that could be read, with its text, before it is changed. */
interface Changing extends ResolvedCluster {
  readonly declaration: Declaration;
  readonly text: string;
}

/** Gives the text of cluster.yaml as it is to be; what it throws and prints comes before anything is written. */
export type Change = (before: Changing) => Promise<string>;

/**
 * Changes cluster.yaml at once or not at all: not where the changed cluster would have a problem that it has not now. Gives the cluster as
 * it is then, or undefined where it was left alone and the problems were told.
 */
export async function changeServices(command: string, { cluster }: ChangeOptions, change: Change): Promise<ResolvedCluster | undefined> {
  const folder = await findCluster(cluster);
  return withLock(folder.lockFile, command, async () => {
    const file = await realpath(folder.declarationFile);
    const text = await readFile(file, 'utf8');
    const before = await resolveCluster(cluster, undefined, text);
    const { declaration } = before;
    if (!declaration) {
      before.report(before.problems);
      return refused();
    }
    const changed = await change({ ...before, declaration, text });
    const after = await resolveCluster(cluster, undefined, changed);
    const added = newProblems(before.problems, after.problems);
    if (added.length > 0 || !after.declaration) {
      after.report(added);
      return refused();
    }
    await writeAtomic(file, changed, (await stat(file)).mode & 0o777);
    after.report(after.problems);
    return after;
  });
}

function refused(): undefined {
  console.error('nothing was written');
  return undefined;
}

/** Problems of a place that has more of this kind than before; their words may change with what is around them. */
function newProblems(before: readonly Problem[], after: readonly Problem[]): readonly Problem[] {
  const known = before.map(kindOf);
  return after.filter((problem) => {
    const index = known.indexOf(kindOf(problem));
    if (index >= 0) known.splice(index, 1);
    return index < 0;
  });
}

function kindOf({ rule, where }: Problem): string {
  return `${rule} ${where}`;
}

/** Refuses a name that none of these has, with the nearest of them. */
export function requireKnown(names: readonly string[], known: readonly string[], what: string, otherwise: string): void {
  for (const name of names.filter((one) => !known.includes(one))) {
    const meant = nearest(name, known);
    throw new DatamancyError('E_USAGE', `${what} ${JSON.stringify(name)}`, {
      fix: meant === undefined ? otherwise : `did you mean ${meant}?`,
    });
  }
}
