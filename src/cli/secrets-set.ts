import { text as readAll } from 'node:stream/consumers';
import { withLock } from '../deploy/lock.ts';
import { DatamancyError } from '../kit/errors.ts';
import { openSecrets } from '../secrets/keep.ts';
import { findCluster } from './cluster.ts';

/** Keeps a value that only the owner has. It is read from standard input, because a command line can be read by others. */
export async function secretsSet(options: { readonly cluster?: string }, name: string): Promise<number> {
  const folder = await findCluster(options.cluster);
  if (process.stdin.isTTY) console.error(`type the value of ${name}, then Enter and Ctrl-D`);
  const value = (await readAll(process.stdin)).replace(/\r?\n$/, '');
  if (value === '')
    throw new DatamancyError('E_USAGE', `no value for ${name} came on standard input`, { fix: `datamancy secrets set ${name} < file` });
  return withLock(folder.lockFile, 'secrets set', async () => {
    const secrets = await openSecrets(folder.root, { ageKeyFile: folder.ageKeyFile });
    await secrets.supply(name, value);
    console.log(`${name} is kept; \`datamancy up\` gives it to the services that use it`);
    return 0;
  });
}
