import type { Choices } from '../deploy/choices.ts';
import { withLock } from '../deploy/lock.ts';
import type { Prepared } from '../deploy/prepare.ts';
import { prepareRelease } from '../deploy/prepare.ts';
import { findCluster } from './cluster.ts';
import type { ReadyCluster } from './wire.ts';
import { readyCluster } from './wire.ts';

/**
 * Holds the cluster's lock while `work` looks at the release that is declared. Where there are problems they are reported, nothing
 * is done, and the status is 1.
 */
export async function withPrepared(
  command: string,
  options: { readonly cluster?: string; readonly runtime?: Choices['runtime'] },
  work: (ready: ReadyCluster, prepared: Prepared) => Promise<number>,
): Promise<number> {
  const folder = await findCluster(options.cluster);
  return withLock(folder.lockFile, command, async () => {
    const ready = await readyCluster(options.cluster, options.runtime);
    if (!ready) return 1;
    const prepared = await prepareRelease(ready.stack, folder);
    if (!('problems' in prepared)) return work(ready, prepared);
    ready.report(prepared.problems);
    return 1;
  });
}
