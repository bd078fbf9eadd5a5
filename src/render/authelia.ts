import type { BouncerGrant, DatabaseGrant, LdapGrant, ValkeyGrant } from '../contracts/index.ts';
import { lockedForGood, passwordPolicy, sessionCookie } from '../contracts/index.ts';
import type { SmtpGrant } from '../contracts/smtp.ts';
import type { FinalContent, Tree } from '../service/index.ts';
import { yaml } from '../service/index.ts';
import { patternBelow } from '../stack/access.ts';
import type { ResolvedService, ResolvedStack } from '../stack/stack.ts';
import { factors, oidcProviderOf } from './authelia-oidc.ts';

type Section = { readonly [key: string]: Tree };

/**
 * configuration.yml as Authelia 4.39 reads it, and gate with it (https://www.authelia.com/configuration/). Its secrets come as
 * files named in the environment, but those of OIDC (see authelia-oidc.ts).
 */
export function renderAuthelia(stack: ResolvedStack, service: ResolvedService): FinalContent {
  const { ldap, bouncer } = granted(service);
  return yaml({
    theme: 'auto',
    server: {
      address: `tcp://${listenAddress(stack, service, service.service.provides?.['sign-on']?.['port'] ?? '')}/`,
      endpoints: { authz: endpointsOf(stack) },
    },
    log: { level: 'info', format: 'json' },
    ...telemetryOf(stack, service),
    totp: { issuer: stack.domain, algorithm: 'SHA1', digits: 6, period: 30, skew: 1, secret_size: 32 },
    webauthn: passkeysOf(stack),
    ntp: { disable_startup_check: true },
    identity_validation: { reset_password: { jwt_lifespan: '30 minutes', jwt_algorithm: 'HS256' } },
    password_policy: { standard: { enabled: true, min_length: passwordPolicy.minLength, max_length: 256 } },
    ...(ldap ? { authentication_backend: directoryOf(ldap) } : {}),
    access_control: { default_policy: 'deny', rules: rulesOf(stack) },
    session: sessionOf(stack, service),
    regulation: { modes: ['user', 'ip'], max_retries: 5, find_time: '2 minutes', ban_time: '5 minutes' },
    storage: storageOf(stack, service),
    notifier: notifierOf(stack, service),
    ...oidcProviderOf(stack, service),
    ...(bouncer ? { bouncer: { address: bouncer.url } } : {}),
  });
}

function telemetryOf(stack: ResolvedStack, service: ResolvedService): Section {
  const { metrics } = service.service;
  if (!metrics) return {};
  return { telemetry: { metrics: { enabled: true, address: `tcp://${listenAddress(stack, service, metrics.port)}${metrics.path}` } } };
}

/**
 * Where the edge asks. Authelia would take name and password with every request everywhere unless told otherwise
 * (https://www.authelia.com/configuration/miscellaneous/server-endpoints-authz/); only the routes that say so may.
 */
function endpointsOf({ services }: ResolvedStack): Section {
  const session = { name: 'CookieSession' };
  const basic = { name: 'HeaderAuthorization', schemes: ['basic'], scheme_basic_cache_lifespan: '1 minute' };
  const takesBasic = services.some(({ access }) => access?.kind === 'edge' && access.basic);
  return {
    'forward-auth': { implementation: 'ForwardAuth', authn_strategies: [session] },
    ...(takesBasic ? { 'forward-auth-basic': { implementation: 'ForwardAuth', authn_strategies: [basic, session] } } : {}),
  };
}

/** A passkey that asked for its owner is something he has and something he is or knows: two factors, in one step. */
function passkeysOf({ domain }: ResolvedStack): Section {
  return {
    enable_passkey_login: true,
    experimental_enable_passkey_uv_two_factors: true,
    display_name: domain,
    attestation_conveyance_preference: 'none',
    timeout: '60 seconds',
    selection_criteria: { discoverability: 'preferred', user_verification: 'preferred' },
  };
}

/** A person whose account is disabled is not found at all, so that sessions end too. */
const usersFilter = `(&(|({username_attribute}={input})({mail_attribute}={input}))(objectClass=inetOrgPerson)(!(pwdAccountLockedTime=${lockedForGood})))`;

function directoryOf({ url, suffix, peopleDn, groupsDn, bindDn }: LdapGrant): Section {
  return {
    password_reset: { disable: false },
    password_change: { disable: false },
    refresh_interval: '1 minute',
    ldap: {
      implementation: 'custom',
      address: url,
      timeout: '5 seconds',
      base_dn: suffix,
      additional_users_dn: below(peopleDn, suffix),
      users_filter: usersFilter,
      additional_groups_dn: below(groupsDn, suffix),
      groups_filter: '(&(member={dn})(objectClass=groupOfNames))',
      attributes: { username: 'uid', display_name: 'cn', mail: 'mail', member_of: 'memberOf', group_name: 'cn' },
      user: bindDn,
    },
  };
}

/** No spelling that a server may read as another path: no backslash, no `;`, and no encoded dot, slash, backslash, semicolon or percent sign. */
const plain = String.raw`[^?;%\\]|%(?:2[0-46-9a-dA-D]|3[0-9ac-fAC-F]|5[0-9abd-fABD-F]|[0146-9a-fA-F][0-9a-fA-F])`;
const onlyBelow = String.raw`(/(?:${plain})*)?(\?.*)?$`;

/** One rule for each route that groups may pass, and before it one for the paths where the app asks for something else. */
function rulesOf({ services }: ResolvedStack): readonly Tree[] {
  return services.flatMap(({ host, access }): readonly Tree[] => {
    if (host === undefined || access?.kind !== 'edge') return [];
    const { groups, secondFactor, bypass } = access;
    const open = bypass.map(({ path }) => patternBelow(path, onlyBelow));
    return [
      ...(open.length > 0 ? [{ domain: host, policy: 'bypass', resources: open }] : []),
      // A list of groups that is empty lets nobody in, never everybody.
      groups.length === 0
        ? { domain: host, policy: 'deny' }
        : { domain: host, policy: factors(secondFactor), subject: groups.map((group) => [`group:${group}`]) },
    ];
  });
}

function sessionOf({ domain }: ResolvedStack, service: ResolvedService): Section {
  const { valkey } = granted(service);
  return {
    cookies: [{ name: sessionCookie, domain, authelia_url: service.url }],
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
  const scheme = smtp.tls === 'implicit' ? 'submissions' : smtp.port === 25 ? 'smtp' : 'submission';
  const address = `${scheme}://${smtp.host}:${smtp.port}`;
  const subject = `[${stack.domain}] {title}`;
  // Sign-in does not wait for a mail server.
  return { disable_startup_check: true, smtp: { address, username: smtp.user, sender: smtp.from, subject } };
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
  readonly bouncer?: BouncerGrant;
} {
  return Object.fromEntries(grants.map(({ kind, grant }) => [kind, grant]));
}

function below(dn: string, suffix: string): string {
  return dn.endsWith(`,${suffix}`) ? dn.slice(0, -suffix.length - 1) : dn;
}
