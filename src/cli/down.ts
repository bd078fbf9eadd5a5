import { withLock } from '../deploy/lock.ts';
import { findCluster } from './cluster.ts';
import { openRuntime, resolveCluster } from './wire.ts';

/** Removes the units and networks of this cluster alone; volumes only where asked. A stack with problems can be taken down too. */
export async function down(options: { readonly cluster?: string; readonly volumes?: true }, signal: AbortSignal): Promise<number> {
  const folder = await findCluster(options.cluster);
  return withLock(folder.lockFile, 'down', async () => {
    const resolved = await resolveCluster(options.cluster);
    const { stack, problems, report } = resolved;
    if (!stack) {
      report(problems);
      return 1;
    }
    const { runtime } = await openRuntime({ ...resolved, stack });
    await runtime.down({ volumes: options.volumes === true }, signal);
    console.log(
      options.volumes
        ? `${stack.name} is down, and its data is deleted`
        : `${stack.name} is down; its data is kept, \`datamancy up\` brings it back`,
    );
    return 0;
  });
}
