import type { DatabaseGrant, LdapGrant, ValkeyGrant } from '../contracts/index.ts';
import type { SmtpGrant } from '../contracts/smtp.ts';
import type { FinalContent, Tree } from '../service/index.ts';
import { yaml } from '../service/index.ts';
import type { ResolvedService, ResolvedStack } from '../stack/stack.ts';
import { oidcProviderOf } from './authelia-oidc.ts';

type Section = { readonly [key: string]: Tree };

/**
 * configuration.yml as Authelia 4.39 reads it, and gate with it (https://www.authelia.com/configuration/). Its secrets come as
 * files named in the environment, but those of OIDC (see authelia-oidc.ts).
 */
export function renderAuthelia(stack: ResolvedStack, service: ResolvedService): FinalContent {
  const { ldap } = granted(service);
  return yaml({
    theme: 'auto',
    server: { address: `tcp://${listenAddress(stack, service, service.service.provides?.['sign-on']?.['port'] ?? '')}/` },
    log: { level: 'info', format: 'json' },
    ...telemetryOf(stack, service),
    totp: { issuer: stack.domain },
    ntp: { disable_startup_check: true },
    ...(ldap ? { authentication_backend: directoryOf(ldap) } : {}),
    access_control: { default_policy: 'deny', rules: rulesOf(stack) },
    session: sessionOf(stack, service),
    regulation: { modes: ['user', 'ip'], max_retries: 5, find_time: '2 minutes', ban_time: '5 minutes' },
    storage: storageOf(stack, service),
    notifier: notifierOf(stack, service),
    ...oidcProviderOf(stack, service),
  });
}

function telemetryOf(stack: ResolvedStack, service: ResolvedService): Section {
  const { metrics } = service.service;
  if (!metrics) return {};
  return { telemetry: { metrics: { enabled: true, address: `tcp://${listenAddress(stack, service, metrics.port)}${metrics.path}` } } };
}

/** The bind account reads and never writes, so nobody changes a password here. */
function directoryOf({ url, suffix, peopleDn, groupsDn, bindDn }: LdapGrant): Section {
  return {
    password_reset: { disable: true },
    password_change: { disable: true },
    refresh_interval: '1 minute',
    ldap: {
      implementation: 'custom',
      address: url,
      timeout: '5 seconds',
      base_dn: suffix,
      additional_users_dn: below(peopleDn, suffix),
      users_filter: '(&(|({username_attribute}={input})({mail_attribute}={input}))(objectClass=inetOrgPerson))',
      additional_groups_dn: below(groupsDn, suffix),
      groups_filter: '(&(member={dn})(objectClass=groupOfNames))',
      attributes: { username: 'uid', display_name: 'cn', mail: 'mail', member_of: 'memberOf', group_name: 'cn' },
      user: bindDn,
    },
  };
}

/** One rule for each route that groups may pass. A group list that is empty lets nobody in, never everybody. */
function rulesOf({ services }: ResolvedStack): readonly Tree[] {
  return services.flatMap(({ host, groups }): readonly Tree[] => {
    if (host === undefined || !groups) return [];
    if (groups.length === 0) return [{ domain: host, policy: 'deny' }];
    return [{ domain: host, policy: 'one_factor', subject: groups.toSorted().map((group) => [`group:${group}`]) }];
  });
}

function sessionOf({ domain }: ResolvedStack, service: ResolvedService): Section {
  const { valkey } = granted(service);
  return {
    cookies: [{ name: 'authelia_session', domain, authelia_url: service.url }],
    same_site: 'lax',
    expiration: '12 hours',
    inactivity: '2 hours',
    remember_me: '1 month',
    ...(valkey ? { redis: { host: valkey.host, port: valkey.port, username: valkey.user, database_index: 0 } } : {}),
  };
}

function storageOf(stack: ResolvedStack, service: ResolvedService): Section {
  const { postgres: database } = granted(service);
  if (!database) return { local: { path: `${dataDirectory(stack, service)}/db.sqlite3` } };
  return { postgres: { address: `tcp://${database.address}`, database: database.name, username: database.user } };
}

function notifierOf(stack: ResolvedStack, service: ResolvedService): Section {
  const { smtp } = granted(service);
  if (!smtp) return { filesystem: { filename: `${dataDirectory(stack, service)}/notification.txt` } };
  const scheme = smtp.port === 465 ? 'submissions' : smtp.port === 25 ? 'smtp' : 'submission';
  return { smtp: { address: `${scheme}://${smtp.host}:${smtp.port}`, username: smtp.user, sender: smtp.from } };
}

/** Where the server keeps what it writes: its first volume, or memory where it has none. */
function dataDirectory({ placement }: ResolvedStack, { name, service }: ResolvedService): string {
  const [first] = Object.entries(service.volumes ?? {}).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return first ? placement.volume(name, first[0], first[1].path) : '/tmp';
}

function listenAddress({ placement }: ResolvedStack, { name, service }: ResolvedService, portName: string): string {
  const port = service.ports[portName];
  if (!port) return ':9091';
  const { address, port: number } = placement.listen(name, portName, port);
  return `${address}:${number}`;
}

/** The contract of this kind made the grant, so it has the contract's shape. */
function granted({ grants }: ResolvedService): {
  readonly ldap?: LdapGrant;
  readonly valkey?: ValkeyGrant;
  readonly postgres?: DatabaseGrant;
  readonly smtp?: SmtpGrant;
} {
  return Object.fromEntries(grants.map(({ kind, grant }) => [kind, grant]));
}

function below(dn: string, suffix: string): string {
  return dn.endsWith(`,${suffix}`) ? dn.slice(0, -suffix.length - 1) : dn;
}
