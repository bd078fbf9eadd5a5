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

/** What the owner's account at a mail server outside is guarded by; all clients share it. */
const relayPassword: Secret = { kind: 'secret', id: 'mail.relayPassword' };

/** A submission account for each client at the cluster's mail server, or the owner's one account at a server outside. */
export const smtpContract: Contract<Readonly<Record<string, never>>, SmtpGrant> = {
  kind: 'smtp',
  network: 'apps',
  grant: ({ client, key, provider, cluster }) => {
    const { user, from } = provider.provision;
    if (user !== undefined && from !== undefined) {
      const about = `password of ${user} at ${provider.address.host}`;
      return {
        grant: { ...provider.address, user, password: relayPassword, from },
        secrets: [{ id: relayPassword.id, spec: { kind: 'supplied', about } }],
      };
    }
    const password: Secret = { kind: 'secret', id: `${client.name}.${key}` };
    return {
      grant: { ...provider.address, user: client.name, password, from: `${client.name}@${cluster.domain}` },
      secrets: [{ id: password.id, spec: { kind: 'password' } }],
    };
  },
};
