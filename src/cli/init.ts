import { mkdir, readFile, stat } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { catalog } from '../catalog/index.ts';
import { clusterFolder } from '../deploy/folder.ts';
import { ignoreState } from '../deploy/release.ts';
import { DatamancyError, systemCode } from '../kit/errors.ts';
import { readIfExists, writeAtomic } from '../kit/files.ts';
import { keepSchema } from './cluster.ts';
import { commandFor } from './command.ts';
import { packageRoot } from './package-root.ts';

/** Creates a cluster folder from the starter template; a folder that already holds a cluster is left as it is (E_CLUSTER_EXISTS). */
export async function init({ cluster = 'cluster' }: { readonly cluster?: string }): Promise<number> {
  const root = resolve(cluster);
  const folder = clusterFolder(root);
  await makeFolder(root);
  if ((await readIfExists(folder.declarationFile)) !== undefined) {
    throw new DatamancyError('E_CLUSTER_EXISTS', `${root} already holds a cluster`, { fix: `start it with: ${commandFor(root, 'up')}` });
  }
  await ignoreState(folder);
  await keepSchema(folder, Object.keys(catalog));
  await writeAtomic(folder.declarationFile, await readFile(join(packageRoot, 'examples/starter/cluster.yaml')));
  console.log(`created ${relative(process.cwd(), folder.declarationFile)}: domain, services and limits of your cluster`);
  return 0;
}

async function makeFolder(root: string): Promise<void> {
  try {
    await mkdir(root, { recursive: true });
  } catch (cause) {
    const code = systemCode(cause);
    if (code !== 'ENOTDIR' && !(code === 'EEXIST' && !(await stat(root)).isDirectory())) throw cause;
    throw new DatamancyError('E_USAGE', `${root} cannot be a cluster folder: there is a file in its place`, {
      fix: 'name another folder with --cluster DIR',
    });
  }
}
