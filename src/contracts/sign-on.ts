import type { Secret, Value } from '../service/index.ts';
import { file, http, optional } from '../service/index.ts';
import type { LdapGrant } from './ldap.ts';
import { ldap } from './ldap.ts';
import { secret } from './secret.ts';
import type { SmtpGrant } from './smtp.ts';
import { smtp } from './smtp.ts';
import type { ValkeyGrant } from './valkey.ts';

/** What every sign-on server of ours has in common: gate and Authelia read one configuration and answer at one address. */
export const signOnServer = {
  category: 'identity',
  ports: { web: http(9091), metrics: http(9959) },
  provides: {
    'sign-on': { port: 'web' },
    // Which of its own secrets sign and key tokens: they stand in the configuration only where an app uses OpenID Connect.
    oidc: { port: 'web', hmac: 'oidcSecret', keys: 'oidcKeys' },
  },
  route: { port: 'web', host: 'auth', access: { open: 'people sign in here, so they cannot be signed in yet' } },
  health: { port: 'web', path: '/api/health' },
  metrics: { port: 'metrics', path: '/metrics' },
} as const;

/** What it needs to know people, to tell them by mail, and to keep what is theirs. */
export const signOnNeeds = {
  directory: ldap({ passwords: 'write' }),
  mail: optional(smtp()),
  sessionSecret: secret({ kind: 'base64url', bytes: 48 }),
  storageKey: secret({ kind: 'base64url', bytes: 48 }, { keeps: 'data' }),
  resetSecret: secret({ kind: 'base64url', bytes: 48 }),
  oidcSecret: secret({ kind: 'base64url', bytes: 48 }),
  oidcKeys: secret({ kind: 'signing-keys' }),
} as const;

interface SignOnGrants {
  readonly directory: LdapGrant;
  readonly cache: ValkeyGrant;
  readonly mail: SmtpGrant | undefined;
  readonly sessionSecret: Secret;
  readonly storageKey: Secret;
  readonly resetSecret: Secret;
}

/** The secrets of the configuration as files, by the variables that name them (https://www.authelia.com/configuration/methods/secrets/). */
export function signOnSecretFiles({
  directory,
  cache,
  mail,
  sessionSecret,
  storageKey,
  resetSecret,
}: SignOnGrants): Readonly<Record<string, Value>> {
  return {
    AUTHELIA_SESSION_SECRET_FILE: file(sessionSecret),
    AUTHELIA_SESSION_REDIS_PASSWORD_FILE: file(cache.password),
    AUTHELIA_AUTHENTICATION_BACKEND_LDAP_PASSWORD_FILE: file(directory.bindPassword),
    AUTHELIA_STORAGE_ENCRYPTION_KEY_FILE: file(storageKey),
    AUTHELIA_IDENTITY_VALIDATION_RESET_PASSWORD_JWT_SECRET_FILE: file(resetSecret),
    ...(mail ? { AUTHELIA_NOTIFIER_SMTP_PASSWORD_FILE: file(mail.password) } : {}),
  };
}

/** The name of the cookie that holds a person's session, for the whole domain. */
export const sessionCookie = 'authelia_session';
