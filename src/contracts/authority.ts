import type { ClusterFacts, Need, Secret, SecretRequest } from '../service/index.ts';
import { part } from '../service/index.ts';
import type { Contract } from './contract.ts';

/** The private key of the cluster's own certificate authority. Only the edge is given it. */
export const clusterAuthority: Secret = { kind: 'secret', id: 'cluster.authority' };

/** The root certificate that people and programs of the cluster trust; no secret. */
export const authorityCertificate: Secret = part(clusterAuthority, 'certificate');

/** The authority of this cluster, for the names of its domain and no others. */
export function authorityRequest({ name, domain }: Pick<ClusterFacts, 'name' | 'domain'>): SecretRequest {
  return { id: clusterAuthority.id, spec: { kind: 'authority', name, domain } };
}

export interface AuthorityGrant {
  /** Root certificate of the cluster's own authority, to be mounted; no secret. */
  readonly certificate: Secret;
}

/** For a service that asks others at their public addresses, without a grant that brings what their certificates are verified with. */
export function authority(): Need<'authority', Readonly<Record<string, never>>, AuthorityGrant> {
  return { kind: 'authority', request: {} };
}

/** Answered by the cluster itself. */
export const authorityContract: Contract<Readonly<Record<string, never>>, AuthorityGrant> = {
  kind: 'authority',
  grant: () => ({ grant: { certificate: authorityCertificate }, secrets: [] }),
};
