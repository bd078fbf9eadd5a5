import { copyFile, mkdir, readdir } from 'node:fs/promises';
import { basename, join, relative, resolve } from 'node:path';
import { catalog } from '../catalog/index.ts';
import { clusterFolder } from '../deploy/folder.ts';
import { ignoreState } from '../deploy/release.ts';
import { keepSchema } from './cluster.ts';
import { packageRoot } from './package-root.ts';
import { DatamancyError, systemCode } from '../kit/errors.ts';

/** Creates a cluster folder from the starter template; a folder that already holds a cluster is left as it is (E_CLUSTER_EXISTS). */
export async function init({ cluster = 'cluster' }: { readonly cluster?: string }): Promise<number> {
  const root = resolve(cluster);
  await mkdir(root, { recursive: true });
  if ((await readdir(root)).includes('cluster.yaml')) {
    throw new DatamancyError('E_CLUSTER_EXISTS', `${root} already holds a cluster`, { fix: `start it with: datamancy up --cluster ${cluster}` });
  }
  try {
    await copyFile(join(packageRoot, 'examples/starter/cluster.yaml'), join(root, 'cluster.yaml'), 1);
  } catch (cause) {
    if (systemCode(cause) !== 'EEXIST') throw cause;
  }
  await keepSchema(clusterFolder(root), Object.keys(catalog));
  await ignoreState(clusterFolder(root));
  console.log(`created ${relative(process.cwd(), join(root, 'cluster.yaml')) || basename(root)}: domain, services and limits of your cluster`);
  return 0;
}
