import { join } from 'node:path';

/** Where everything of one cluster lies. Only cluster.yaml and services/ are edited by a person. */
export interface ClusterFolder {
  readonly root: string;
  readonly declarationFile: string;
  readonly servicesDirectory: string;
  readonly secretsFile: string;
  /** What each tag stood for when it was locked; safe to commit. */
  readonly imageLockFile: string;
  readonly ageKeyFile: string;
  /** Everything derived; git-ignored. */
  readonly state: string;
  readonly releases: string;
  readonly privateDirectory: string;
  readonly lockFile: string;
  readonly choicesFile: string;
  readonly lastGoodFile: string;
}

export function clusterFolder(root: string): ClusterFolder {
  const state = join(root, '.datamancy');
  return {
    root,
    declarationFile: join(root, 'cluster.yaml'),
    servicesDirectory: join(root, 'services'),
    secretsFile: join(root, 'secrets.yaml'),
    imageLockFile: join(root, 'images.lock'),
    ageKeyFile: process.env['DATAMANCY_AGE_KEY_FILE'] || join(state, 'age.key'),
    state,
    releases: join(state, 'releases'),
    privateDirectory: join(state, 'private'),
    lockFile: join(state, 'lock'),
    choicesFile: join(state, 'choices.json'),
    lastGoodFile: join(state, 'last-good.json'),
  };
}
