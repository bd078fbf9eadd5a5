import { authorityCertificate, authorityRequest, clusterAuthority } from '../contracts/index.ts';
import type { Secret, SecretRequest, Service } from '../service/index.ts';
import type { Declaration } from './declaration.ts';
import type { ResolvedService } from './stack.ts';

/** Files with which the edge signs certificates; none where a public authority does. */
export function signingFilesOf({ provides }: Service, { tls }: Declaration): readonly Secret[] {
  return tls === 'internal' && provides?.['edge'] ? [clusterAuthority, authorityCertificate] : [];
}

/**
 * A cluster with an edge has an authority of its own, also where a public one signs: clients are given its certificate always. So has
 * one with a server that it signs a certificate for.
 */
export function authorityOf(declaration: Declaration, services: readonly ResolvedService[]): readonly SecretRequest[] {
  const isNeeded = services.some(
    ({ service, grants }) => service.provides?.['edge'] || grants.some(({ kind }) => kind === 'certificate' || kind === 'authority'),
  );
  return isNeeded ? [authorityRequest(declaration)] : [];
}
