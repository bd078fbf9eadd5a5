import { readFile, realpath, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { catalog } from '../catalog/index.ts';
import type { ClusterFolder } from '../deploy/folder.ts';
import { clusterFolder } from '../deploy/folder.ts';
import { DatamancyError, systemCode } from '../kit/errors.ts';
import type { ImageLock } from '../images/image-lock.ts';
import { readImageLock } from '../images/image-lock.ts';
import { readIfExists, writeAtomic } from '../kit/files.ts';
import type { Service } from '../service/index.ts';
import type { Declaration } from '../stack/declaration.ts';
import { schema } from '../stack/declaration-schema.ts';
import { parseDeclaration } from '../stack/parse.ts';
import type { Problem } from '../stack/problem.ts';
import { loadOwnServices } from './own-services.ts';
import { printProblem } from './output.ts';

/** The cluster folder that is meant: the one named, else this folder, else ./cluster. E_CLUSTER_MISSING where there is none. */
export async function findCluster(named: string | undefined): Promise<ClusterFolder> {
  const candidates = named === undefined ? ['.', 'cluster'] : [named];
  for (const candidate of candidates) if (await isFile(join(candidate, 'cluster.yaml'))) return clusterFolder(await realpath(candidate));
  throw new DatamancyError(
    'E_CLUSTER_MISSING',
    `there is no cluster.yaml in ${candidates.map((candidate) => resolve(candidate)).join(' or ')}`,
    {
      fix: 'name the folder with --cluster DIR, or create one with: datamancy init',
    },
  );
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch (cause) {
    if (systemCode(cause) === 'ENOENT' || systemCode(cause) === 'ENOTDIR') return false;
    throw cause;
  }
}

/** Writes what the owner's editor checks cluster.yaml against, where the services to choose from have changed. */
export async function keepSchema({ state }: ClusterFolder, known: readonly string[]): Promise<void> {
  const path = join(state, 'cluster.schema.json');
  const wanted = `${JSON.stringify(schema(known))}\n`;
  if ((await readIfExists(path)) !== wanted) await writeAtomic(path, wanted);
}

/** A cluster as its owner wrote it. Without a declaration there is nothing to go on with, and the problems say why. */
export interface LoadedCluster {
  readonly folder: ClusterFolder;
  readonly declaration: Declaration | undefined;
  /** The catalog and the owner's own services. */
  readonly services: Readonly<Record<string, Service>>;
  readonly imageLock: ImageLock;
  readonly problems: readonly Problem[];
  readonly report: (problems: readonly Problem[]) => void;
}

/** Reads the cluster; with `proposed` as if its cluster.yaml held that text. */
export async function loadCluster(named: string | undefined, proposed?: string): Promise<LoadedCluster> {
  const folder = await findCluster(named);
  const own = await loadOwnServices(folder.servicesDirectory, Object.keys(catalog));
  const services = { ...catalog, ...own.services };
  const images = readImageLock((await readIfExists(folder.imageLockFile)) ?? '');
  const text = proposed ?? (await readFile(folder.declarationFile, 'utf8'));
  const known = [...new Set([...Object.keys(services), ...own.broken])];
  await keepSchema(folder, known);
  const parsed = parseDeclaration(text, { file: 'cluster.yaml', known, services, folder: basename(folder.root) });
  return {
    folder,
    declaration: parsed.declaration,
    services,
    imageLock: images.lock,
    problems: [...own.problems, ...images.problems, ...parsed.problems],
    report: (problems) => problems.forEach((problem) => printProblem(problem, problem.path && parsed.positionOf(problem.path))),
  };
}
