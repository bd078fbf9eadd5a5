import { openSecrets } from '../secrets/keep.ts';
import { findCluster } from './cluster.ts';

/** Prints one secret and nothing else, so that it can be piped. */
export async function secretsShow(options: { readonly cluster?: string; readonly json?: true }, name: string): Promise<number> {
  const folder = await findCluster(options.cluster);
  const secrets = await openSecrets(folder.root, { ageKeyFile: folder.ageKeyFile, mustExist: true });
  const [id = '', part] = name.split(':');
  console.log(options.json ? JSON.stringify({ name, value: secrets.reveal(id, part) }) : secrets.reveal(id, part));
  return 0;
}
