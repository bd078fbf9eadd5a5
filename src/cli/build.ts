import { withLock } from '../deploy/lock.ts';
import { prepareRelease } from '../deploy/prepare.ts';
import { findCluster } from './cluster.ts';
import { printJson } from './output.ts';
import { resolveCluster } from './wire.ts';

/** Renders a release. Ends with one line of figures; status 1 where there are problems. */
export async function build(options: { readonly cluster?: string; readonly json?: true }): Promise<number> {
  const started = performance.now();
  const folder = await findCluster(options.cluster);
  return withLock(folder.lockFile, 'build', async () => {
    const resolved = await resolveCluster(options.cluster);
    const prepared =
      resolved.problems.length === 0 && resolved.stack ? await prepareRelease(resolved.stack, folder) : { problems: resolved.problems };
    const problems = 'problems' in prepared ? prepared.problems : [];
    const figures = {
      services: resolved.stack?.services.length ?? 0,
      files: 'problems' in prepared ? 0 : prepared.tree.length + prepared.privatePaths.size,
      problems: problems.length,
      ms: Math.round(performance.now() - started),
    };
    if (options.json) printJson({ ...figures, release: 'problems' in prepared ? undefined : prepared.release.number, problems });
    else {
      resolved.report(problems);
      console.log(`${figures.services} services, ${figures.files} files, ${figures.problems} problems, ${figures.ms} ms`);
    }
    return problems.length === 0 ? 0 : 1;
  });
}
