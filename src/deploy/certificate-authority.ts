import { join } from 'node:path';
import { authorityCertificate, authorityRequest } from '../contracts/index.ts';
import { DatamancyError } from '../kit/errors.ts';
import { readIfExists, writeAtomic } from '../kit/files.ts';
import { openSecrets } from '../secrets/keep.ts';
import type { Declaration } from '../stack/declaration.ts';
import type { ClusterFolder } from './folder.ts';
import { newestRelease } from './release.ts';

/** The root certificate of a cluster, and where the copy for people lies. */
export interface RootCertificate {
  readonly pem: string;
  readonly path: string;
}

/** The certificate that people and programs trust, made where the cluster has none yet. The caller holds the cluster's lock. */
export async function certificateAuthority(declaration: Declaration, folder: ClusterFolder): Promise<RootCertificate> {
  const secrets = await openSecrets(folder.root, { ageKeyFile: folder.ageKeyFile, mustExist: (await newestRelease(folder)) !== undefined });
  const {
    problems: [problem],
  } = await secrets.ensure([authorityRequest(declaration)]);
  if (problem) throw new DatamancyError('E_SECRETS_DAMAGED', problem.why, { fix: problem.fix });
  const pem = secrets.reveal(authorityCertificate.id, authorityCertificate.part);
  const path = join(folder.state, 'ca.crt');
  if ((await readIfExists(path)) !== pem) await writeAtomic(path, pem);
  return { pem, path };
}
