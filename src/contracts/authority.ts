import type { ClusterFacts, Secret, SecretRequest } from '../service/index.ts';
import { part } from '../service/index.ts';

/** The private key of the cluster's own certificate authority. Only the edge is given it. */
export const clusterAuthority: Secret = { kind: 'secret', id: 'cluster.authority' };

/** The root certificate that people and programs of the cluster trust; no secret. */
export const authorityCertificate: Secret = part(clusterAuthority, 'certificate');

/** The authority of this cluster, for the names of its domain and no others. */
export function authorityRequest({ name, domain }: Pick<ClusterFacts, 'name' | 'domain'>): SecretRequest {
  return { id: clusterAuthority.id, spec: { kind: 'authority', name, domain } };
}
