import { withLock } from '../deploy/lock.ts';
import { openSecrets } from '../secrets/keep.ts';
import { unknownSecret } from '../secrets/refusals.ts';
import { findCluster } from './cluster.ts';
import { resolveCluster } from './wire.ts';

/** Gives a secret its next value where an old one goes on beside the new; any other is refused (E_SECRET_KEPT). */
export async function secretsRotate(options: { readonly cluster?: string }, name: string): Promise<number> {
  const folder = await findCluster(options.cluster);
  return withLock(folder.lockFile, 'secrets rotate', async () => {
    const { stack, problems, report } = await resolveCluster(options.cluster);
    if (!stack || problems.length > 0) {
      report(problems);
      return 1;
    }
    const request = stack.secrets.find(({ id }) => id === name);
    if (!request)
      throw unknownSecret(
        name,
        stack.secrets.map(({ id }) => id),
      );
    const secrets = await openSecrets(folder.root, { ageKeyFile: folder.ageKeyFile, mustExist: true });
    await secrets.rotate(request);
    console.log(`${name} is rotated; \`datamancy up\` gives it to the services that use it`);
    console.log('Let an hour pass before the next time: what the key before last has signed is refused then.');
    return 0;
  });
}
