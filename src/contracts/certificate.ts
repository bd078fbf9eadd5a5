import type { Need, Secret } from '../service/index.ts';
import { part } from '../service/index.ts';
import { authorityCertificate, clusterAuthority } from './authority.ts';
import type { Contract } from './contract.ts';

export interface CertificateRequest {
  /** First label of the public name, as in `mail`. */
  readonly host: string;
}

export interface CertificateGrant {
  /** The whole name. Inside the cluster it leads to the service itself, so that clients find there what they verify. */
  readonly host: string;
  readonly key: Secret;
  readonly certificate: Secret;
  /** Root certificate that signs it. */
  readonly authority: Secret;
}

/** A server's certificate, signed by the cluster's own authority and renewed by `up`: for protocols that do not pass the edge. */
export function certificate(request: CertificateRequest): Need<'certificate', CertificateRequest, CertificateGrant> {
  return { kind: 'certificate', request };
}

/** Answered by the cluster itself. */
export const certificateContract: Contract<CertificateRequest, CertificateGrant> = {
  kind: 'certificate',
  grant: ({ client, key: name, request, cluster }) => {
    const host = `${request.host}.${cluster.domain}`;
    const key: Secret = { kind: 'secret', id: `${client.name}.${name}` };
    return {
      grant: { host, key, certificate: part(key, 'certificate'), authority: authorityCertificate },
      secrets: [{ id: key.id, spec: { kind: 'certificate', host, authority: clusterAuthority.id } }],
    };
  },
};
