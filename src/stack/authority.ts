import { authorityCertificate, authorityRequest, clusterAuthority } from '../contracts/index.ts';
import type { Secret, SecretRequest, Service } from '../service/index.ts';
import type { Declaration } from './declaration.ts';

/** Files with which the edge signs certificates; none where a public authority does. */
export function signingFilesOf({ provides }: Service, { tls }: Declaration): readonly Secret[] {
  return tls === 'internal' && provides?.['edge'] ? [clusterAuthority, authorityCertificate] : [];
}

/** A cluster with an edge has an authority of its own, also where a public one signs: clients are given its certificate always. */
export function authorityOf(declaration: Declaration, hasEdge: boolean): readonly SecretRequest[] {
  return hasEdge ? [authorityRequest(declaration)] : [];
}
