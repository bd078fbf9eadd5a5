import type { Configuration } from '../config-schema.ts';
import type { PasswordPolicy } from './password-policy.ts';

/** What people may do about their own accounts. */
export interface AccountSettings {
  readonly canReset: boolean;
  readonly canChange: boolean;
  readonly policy: PasswordPolicy;
  readonly link: { readonly secret: string; readonly lifeMs: number };
}

/** How people prove themselves at one address that the edge asks. */
export interface AuthzEndpoint {
  readonly takesSession: boolean;
  /** How long a password that came as HTTP Basic is remembered as right; undefined where none is taken. */
  readonly basicForMs: number | undefined;
}

const longestBasicMs = 60_000;

export function readAccount({
  authentication_backend: backend,
  identity_validation: validation,
  password_policy: policy,
}: Configuration): AccountSettings {
  const { standard } = policy;
  const { jwt_secret: secret = '', jwt_lifespan: lifeMs } = validation.reset_password;
  return {
    canReset: !backend.password_reset.disable,
    canChange: !backend.password_change.disable,
    policy: standard.enabled
      ? {
          shortest: standard.min_length,
          longest: standard.max_length,
          needsUpper: standard.require_uppercase,
          needsLower: standard.require_lowercase,
          needsDigit: standard.require_number,
          needsSpecial: standard.require_special,
        }
      : { shortest: 1, longest: 0, needsUpper: false, needsLower: false, needsDigit: false, needsSpecial: false },
    link: { secret, lifeMs },
  };
}

/** The endpoints by name, each served at /api/authz/<name>. */
export function readEndpoints({ server }: Configuration): Readonly<Record<string, AuthzEndpoint>> {
  return Object.fromEntries(
    Object.entries(server.endpoints.authz).map(([name, { authn_strategies: strategies }]) => {
      const basic = strategies.find((strategy) => strategy.name === 'HeaderAuthorization');
      return [
        name,
        {
          takesSession: strategies.some((strategy) => strategy.name === 'CookieSession'),
          basicForMs: basic && Math.min(basic.scheme_basic_cache_lifespan, longestBasicMs),
        },
      ];
    }),
  );
}
