import type { FinalContent, Need, Secret, SecretRequest } from '../service/index.ts';
import { lines, text } from '../service/index.ts';
import type { Contract } from './contract.ts';

/** How a connection to a mail server becomes a secret one: TLS from its first byte, or after STARTTLS. */
export type MailTls = 'implicit' | 'starttls';

/** What a mail server expects at a port (https://www.rfc-editor.org/rfc/rfc8314#section-3.3). */
export function mailTlsAt(port: number): MailTls {
  return port === 465 ? 'implicit' : 'starttls';
}

/** The owner's account at a mail server outside, through which a mail server of the cluster delivers what leaves it. */
export interface RelayGrant {
  readonly host: string;
  /** With 465 TLS begins at once, with any other after STARTTLS. */
  readonly port: number;
  readonly user: string;
  readonly password: Secret;
  /** Certificates in PEM that vouch for it beside the public ones. */
  readonly authority?: string;
}

/** For the mail server of a cluster. Make it optional: without `mail:` in cluster.yaml there is none, and it delivers by itself. */
export function relay(): Need<'relay', Readonly<Record<string, never>>, RelayGrant> {
  return { kind: 'relay', request: {} };
}

/** What the owner's account at a mail server outside is guarded by; whoever sends there shares it. */
export const relayPassword: Secret = { kind: 'secret', id: 'mail.relayPassword' };

export function relayPasswordRequest(user: string, host: string): SecretRequest {
  return { id: relayPassword.id, spec: { kind: 'supplied', about: `password of ${user} at ${host}` } };
}

/** Answered by `mail:` in cluster.yaml. */
export const relayContract: Contract<Readonly<Record<string, never>>, RelayGrant> = {
  kind: 'relay',
  grant: ({ provider: { address, provision } }) => {
    const { user = '', authority } = provision;
    return {
      grant: { ...address, user, password: relayPassword, ...(authority === undefined ? {} : { authority }) },
      secrets: [relayPasswordRequest(user, address.host)],
    };
  },
};

/** The next hop as Postfix writes it: the brackets say that this is the host itself, and no domain to look mail servers up for. */
function nextHop({ host, port }: Pick<RelayGrant, 'host' | 'port'>): string {
  return `[${host}]:${port}`;
}

/**
 * Lines of Postfix's main.cf with which it speaks to the relay over TLS alone, and only with a certificate for the relay's name, whatever
 * else it was told about TLS with others. https://www.postfix.org/TLS_README.html#client_tls_secure
 */
function verifiedRelay({ port, authority }: RelayGrant, authorityFile: string): readonly string[] {
  return [
    'smtp_tls_security_level = secure',
    'smtp_tls_mandatory_protocols = >=TLSv1.2',
    'smtp_tls_secure_cert_match = nexthop',
    'smtp_tls_policy_maps =',
    ...(mailTlsAt(port) === 'implicit' ? ['smtp_tls_wrappermode = yes'] : []),
    ...(authority === undefined ? [] : [`smtp_tls_CAfile = ${authorityFile}`]),
  ];
}

/**
 * Lines of Postfix's main.cf that send what leaves through the relay, signed in with {@link relayLogin}, which is the file `login`. A login
 * that is refused is no reason to return mail. https://www.postfix.org/SASL_README.html#client_sasl
 */
export function throughRelay(relay: RelayGrant, files: { readonly login: string; readonly authority: string }): readonly string[] {
  return [
    `relayhost = ${nextHop(relay)}`,
    'smtp_sasl_auth_enable = yes',
    `smtp_sasl_password_maps = texthash:${files.login}`,
    'smtp_sasl_tls_security_options = noanonymous',
    'smtp_sasl_mechanism_filter = plain, login',
    'smtp_sasl_auth_soft_bounce = yes',
    ...verifiedRelay(relay, files.authority),
  ];
}

/** Postfix's table of logins, which its client reads while it is root yet. No character of a password has a meaning there. */
export function relayLogin(relay: RelayGrant | undefined): FinalContent | 'absent' {
  return relay === undefined ? 'absent' : lines(text`${nextHop(relay)} ${relay.user}:${relay.password}`);
}

/** Who vouches for the relay beside the public authorities, where the owner names somebody. */
export function relayAuthority(relay: RelayGrant | undefined): FinalContent | 'absent' {
  return relay?.authority === undefined ? 'absent' : lines(relay.authority.trim());
}

/** What Postfix writes when the relay and it do not come together. */
export const relayLogs = [
  {
    pattern: 'SASL authentication failed; server .* said',
    means:
      'The relay refuses the login; mail is kept. Correct `mail.user`, or give `datamancy secrets set mail.relayPassword` the right word.',
  },
  {
    pattern: 'Server certificate not (?:trusted|verified)',
    means:
      'The relay shows no certificate for its name that is trusted; mail is kept. Correct `mail.host`, or name its authority at `mail.authority`.',
  },
] as const;
