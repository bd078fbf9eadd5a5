import type { Need, Secret } from '../service/index.ts';
import { text } from '../service/index.ts';
import { authorityCertificate } from './authority.ts';
import type { Contract } from './contract.ts';
import type { MailTls } from './relay.ts';
import { mailTlsAt, relayPassword, relayPasswordRequest } from './relay.ts';

export interface SmtpGrant {
  readonly host: string;
  readonly port: number;
  /** How TLS begins there: at once wherever the server offers that, because STARTTLS can be cut out by whoever is in between. */
  readonly tls: MailTls;
  readonly user: string;
  readonly password: Secret;
  /** Envelope and header sender, as in `planka@example.org`. */
  readonly from: string;
  /** Root certificate that signs the server's, to be mounted; absent with a server outside, which has one that everybody trusts. */
  readonly authority?: Secret;
}

export function smtp(): Need<'smtp', Readonly<Record<string, never>>, SmtpGrant> {
  return { kind: 'smtp', request: {} };
}

/**
 * A submission account for each client at the cluster's mail server, or the owner's one account at a server outside. The provider says
 * under `accounts` which command, run in its unit or the `worker` that it names, reads lines of address and password and lets these send.
 */
export const smtpContract: Contract<Readonly<Record<string, never>>, SmtpGrant> = {
  kind: 'smtp',
  network: 'apps',
  grant: ({ client, key, provider, cluster }) => {
    const { user, from } = provider.provision;
    const { host, port } = provider.address;
    const server: Pick<SmtpGrant, 'host' | 'port' | 'tls'> =
      provider.tlsPort === undefined ? { host, port, tls: mailTlsAt(port) } : { host, port: provider.tlsPort, tls: 'implicit' };
    if (user !== undefined && from !== undefined) {
      return {
        grant: { ...server, user, password: relayPassword, from },
        secrets: [relayPasswordRequest(user, host)],
      };
    }
    const password: Secret = { kind: 'secret', id: `${client.name}.${key}` };
    const address = `${client.name}@${cluster.domain}`;
    return {
      grant: {
        ...server,
        user: address,
        password,
        from: address,
        ...(provider.provision['host'] === undefined ? {} : { authority: authorityCertificate }),
      },
      secrets: [{ id: password.id, spec: { kind: 'password' } }],
    };
  },
  apply: ({ provider, grants }) => {
    const [program, ...rest] = provider.provision['accounts']?.split(' ') ?? [];
    if (program === undefined) return [];
    const parts = grants.flatMap(({ grant }) => text`${grant.user} ${grant.password}\n`.parts);
    return [{ title: 'accounts that send mail', argv: [program, ...rest], input: { kind: 'text', parts } }];
  },
};
