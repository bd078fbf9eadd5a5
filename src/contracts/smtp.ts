import type { Need, Secret } from '../service/index.ts';
import type { Contract } from './contract.ts';

export interface SmtpGrant {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: Secret;
  /** Envelope and header sender, as in `planka@example.org`. */
  readonly from: string;
}

export function smtp(): Need<'smtp', Readonly<Record<string, never>>, SmtpGrant> {
  return { kind: 'smtp', request: {} };
}

/** A submission account for each client at the cluster's mail server. */
export const smtpContract: Contract<Readonly<Record<string, never>>, SmtpGrant> = {
  kind: 'smtp',
  network: 'apps',
  grant: ({ client, key, provider, cluster }) => {
    const password: Secret = { kind: 'secret', id: `${client.name}.${key}` };
    return {
      grant: { ...provider.address, user: client.name, password, from: `${client.name}@${cluster.domain}` },
      secrets: [{ id: password.id, spec: { kind: 'password' } }],
    };
  },
};
