import { readFile } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { isMap, LineCounter, parseDocument } from 'yaml';
import { DatamancyError, messageOf } from '../kit/errors.ts';
import type { AccessControl } from './access.ts';
import { type AccountSettings, type AuthzEndpoint, readAccount, readEndpoints } from './account/settings.ts';
import { type KeyProblem, readAccessControl } from './access-config.ts';
import { type Configuration, configurationSchema } from './config-schema.ts';
import { readOidc } from './oidc/read-settings.ts';
import type { OidcSettings } from './oidc/settings.ts';
import { isUnderDomain } from './redirect.ts';
import { parseUrl } from '../kit/parse-url.ts';

/** The cookie of one domain and the portal that sets it. All durations in milliseconds. */
export interface CookieSettings {
  readonly name: string;
  readonly domain: string;
  /** Where people sign in; ends with a slash. */
  readonly portalUrl: string;
  readonly portalHost: string;
  readonly defaultRedirect: string | undefined;
  readonly sameSite: 'lax' | 'strict' | 'none';
  readonly expirationMs: number;
  readonly inactivityMs: number;
  /** 0 where people cannot ask to be remembered. */
  readonly rememberMs: number;
}

/** All that gate takes from the rendered file, checked. */
export interface GateConfig {
  readonly server: Configuration['server'];
  readonly log: Configuration['log'];
  readonly metrics: Configuration['telemetry']['metrics'];
  readonly cookies: readonly CookieSettings[];
  readonly sessionSecret: string;
  readonly valkey: Configuration['session']['redis'];
  readonly ldap: Configuration['authentication_backend']['ldap'];
  readonly refreshIntervalMs: number;
  readonly access: AccessControl;
  readonly regulation: Configuration['regulation'];
  /** Undefined where nothing in the cluster decides about addresses. */
  readonly bouncer: Configuration['bouncer'];
  /** Undefined where no app signs in through OpenID Connect. */
  readonly oidc: OidcSettings | undefined;
  readonly account: AccountSettings;
  readonly notifier: Configuration['notifier'];
  readonly endpoints: Readonly<Record<string, AuthzEndpoint>>;
  /** The file of second factors and consents, and the key of what is secret in it. */
  readonly storage: { readonly path: string; readonly encryptionKey: string };
  readonly totp: Configuration['totp'];
  readonly webauthn: Configuration['webauthn'];
  /** Which second factor a person who has several is asked for first. */
  readonly defaultSecondFactor: 'totp' | 'webauthn' | undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Secrets arrive as files named by AUTHELIA_<KEY>_FILE. https://www.authelia.com/configuration/methods/secrets/ */
const secretKeys = [
  'session.secret',
  'session.redis.password',
  'authentication_backend.ldap.password',
  'storage.encryption_key',
  'identity_providers.oidc.hmac_secret',
  'identity_validation.reset_password.jwt_secret',
  'notifier.smtp.password',
  'bouncer.api_key',
] as const;

/** Reads the configuration file and the secrets beside it; throws E_GATE_CONFIG that names every key at fault. */
export async function loadGateConfig(path: string, env: Environment): Promise<GateConfig> {
  const text = await readConfigFile(path);
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  if (document.errors.length > 0)
    throw refuse(
      path,
      document.errors.map((error) => error.message),
    );
  for (const key of secretKeys) await addSecret(document, key, env);
  const parsed = configurationSchema.safeParse(document.toJS() ?? {}, { reportInput: false });
  const problems: KeyProblem[] = parsed.success ? checkMeaning(parsed.data) : parsed.error.issues.flatMap(issueProblems);
  if (!parsed.success || problems.length > 0) {
    throw refuse(
      path,
      problems.map(({ path, message }) => `${placeOf(path, document, lines)}${keyName(path)} ${message}`),
    );
  }
  return toGateConfig(parsed.data);
}

async function readConfigFile(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw refuse(path, [`the file cannot be read: ${messageOf(cause)}`], cause);
  }
}

async function addSecret(document: ReturnType<typeof parseDocument>, key: string, env: Environment): Promise<void> {
  const variable = `AUTHELIA_${key.toUpperCase().replaceAll('.', '_')}_FILE`;
  const path = key.split('.');
  const file = env[variable];
  if (file === undefined || !isMap(document.getIn(path.slice(0, -1)))) return;
  if (document.hasIn(path)) throw refuse(variable, [`${key} is set in the file and by ${variable}; keep one`]);
  try {
    document.setIn(path, (await readFile(file, 'utf8')).replace(/\n+$/, ''));
  } catch (cause) {
    throw refuse(variable, [`${key}: ${messageOf(cause)}`], cause);
  }
}

function checkMeaning(configuration: Configuration): KeyProblem[] {
  const problems = [...readAccessControl(configuration).problems, ...readOidc(configuration).problems];
  const { session, authentication_backend: backend } = configuration;
  session.cookies.forEach(({ domain, authelia_url: portal }, index) => {
    if (!isUnderDomain(parseUrl(portal)?.hostname ?? '', domain)) {
      problems.push({
        path: ['session', 'cookies', index, 'authelia_url'],
        message: `must lie under ${domain}, or the cookie cannot be set`,
      });
    }
    const clash = session.cookies.findIndex((other) => isUnderDomain(domain, other.domain));
    if (clash !== index) problems.push({ path: ['session', 'cookies', index, 'domain'], message: 'is covered by another cookie already' });
  });
  if (!backend.ldap.password) problems.push({ path: ['authentication_backend', 'ldap', 'password'], message: 'is missing' });
  const { storage } = configuration;
  if (!storage.local) problems.push({ path: ['storage', 'local'], message: 'is missing' });
  if (!storage.encryption_key) problems.push({ path: ['storage', 'encryption_key'], message: 'is missing' });
  if (!backend.password_reset.disable && !configuration.identity_validation.reset_password.jwt_secret)
    problems.push({ path: ['identity_validation', 'reset_password', 'jwt_secret'], message: 'is missing' });
  if (configuration.bouncer?.api_key === '') problems.push({ path: ['bouncer', 'api_key'], message: 'is missing' });
  if (session.redis && !session.secret) problems.push({ path: ['session', 'secret'], message: 'is missing' });
  return problems;
}

function toGateConfig(configuration: Configuration): GateConfig {
  const { session, authentication_backend: backend } = configuration;
  return {
    server: configuration.server,
    log: configuration.log,
    metrics: configuration.telemetry.metrics,
    cookies: session.cookies.map((cookie) => ({
      name: cookie.name ?? session.name ?? 'authelia_session',
      domain: cookie.domain.toLowerCase(),
      portalUrl: new URL('/', cookie.authelia_url).href,
      portalHost: new URL(cookie.authelia_url).hostname,
      defaultRedirect: cookie.default_redirection_url,
      sameSite: cookie.same_site ?? session.same_site ?? 'lax',
      expirationMs: cookie.expiration || session.expiration || 3_600_000,
      inactivityMs: cookie.inactivity || session.inactivity || 300_000,
      rememberMs: cookie.remember_me ?? session.remember_me ?? 2_592_000_000,
    })),
    sessionSecret: session.secret ?? randomBytes(32).toString('base64url'),
    valkey: session.redis,
    ldap: backend.ldap,
    refreshIntervalMs: backend.refresh_interval,
    access: readAccessControl(configuration).access,
    regulation: configuration.regulation,
    bouncer: configuration.bouncer,
    oidc: readOidc(configuration).settings,
    account: readAccount(configuration),
    notifier: configuration.notifier,
    endpoints: readEndpoints(configuration),
    storage: { path: configuration.storage.local?.path ?? '', encryptionKey: configuration.storage.encryption_key ?? '' },
    totp: configuration.totp,
    webauthn: configuration.webauthn,
    defaultSecondFactor: configuration.default_2fa_method || undefined,
  };
}

interface Issue {
  readonly code?: string | undefined;
  readonly path: readonly PropertyKey[];
  readonly message: string;
  readonly keys?: readonly string[];
}

function issueProblems(issue: Issue): KeyProblem[] {
  if (issue.code !== 'unrecognized_keys') return [{ path: issue.path, message: issue.message.replace(/^Invalid input: /, '') }];
  return (issue.keys ?? []).map((key) => ({ path: [...issue.path, key], message: 'is no key of this section' }));
}

function keyName(path: readonly PropertyKey[]): string {
  return path.map((part, index) => (typeof part === 'number' ? `[${part}]` : `${index > 0 ? '.' : ''}${String(part)}`)).join('');
}

function placeOf(path: readonly PropertyKey[], document: ReturnType<typeof parseDocument>, lines: LineCounter): string {
  for (let length = path.length; length > 0; length--) {
    const node = document.getIn(path.slice(0, length), true);
    const range = typeof node === 'object' && node !== null && 'range' in node ? node.range : undefined;
    if (Array.isArray(range) && typeof range[0] === 'number') return `line ${lines.linePos(range[0]).line}: `;
  }
  return '';
}

function refuse(path: string, problems: readonly string[], cause?: unknown): DatamancyError {
  return new DatamancyError('E_GATE_CONFIG', `${path}: ${problems.join('; ')}`, {
    fix: 'the file is rendered from cluster.yaml: correct it there and run `datamancy up`',
    cause,
  });
}
