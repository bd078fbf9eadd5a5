import * as z from 'zod';
import { duration, ignored } from '../schema-parts.ts';

/** Authelia's section; people choose nothing here, so the lists of what they may choose are not read. https://www.authelia.com/configuration/second-factor/time-based-one-time-password/ */
export const totpSection = z.strictObject({
  disable: z.boolean().default(false),
  issuer: z.string().min(1).max(128).optional(),
  algorithm: z
    .string()
    .transform((name) => name.toUpperCase())
    .pipe(z.enum(['SHA1', 'SHA256', 'SHA512']))
    .default('SHA1'),
  digits: z.union([z.literal(6), z.literal(8)]).default(6),
  period: z.number().int().min(15).default(30),
  skew: z.number().int().min(0).max(10).default(1),
  secret_size: z.number().int().min(20).max(128).default(32),
  allowed_algorithms: ignored,
  allowed_digits: ignored,
  allowed_periods: ignored,
  disable_reuse_security_policy: z.literal(false, { error: 'gate takes each code once' }).optional(),
});

const noAaguids = z.array(z.string()).max(0, 'names models of authenticators, and gate asks none for its model').optional();

/** Authelia's section, without what needs the model of an authenticator. https://www.authelia.com/configuration/second-factor/webauthn/ */
export const webauthnSection = z.strictObject({
  disable: z.boolean().default(false),
  /** Authelia's default is false. Here a passkey that asks for its owner is two factors, so it may stand alone unless the file says no. */
  enable_passkey_login: z.boolean().default(true),
  experimental_enable_passkey_uv_two_factors: z
    .literal(true, {
      error: 'gate takes a passkey that asked for its owner as two factors; leave this out or set enable_passkey_login: false',
    })
    .optional(),
  display_name: z.string().min(1).max(128).optional(),
  attestation_conveyance_preference: ignored,
  timeout: duration.default(60_000),
  filtering: z
    .strictObject({ prohibit_backup_eligibility: z.boolean().default(false), permitted_aaguids: noAaguids, prohibited_aaguids: noAaguids })
    .prefault({}),
  selection_criteria: z
    .strictObject({
      attachment: z.enum(['', 'platform', 'cross-platform']).default(''),
      discoverability: z.enum(['discouraged', 'preferred', 'required']).default('preferred'),
      user_verification: z.enum(['discouraged', 'preferred', 'required']).default('preferred'),
    })
    .prefault({}),
  metadata: z
    .looseObject({
      enabled: z.literal(false, { error: 'gate asks no authenticator for its model, so it has nothing to look up' }).optional(),
    })
    .optional(),
});

const noServer = z.undefined({ error: 'is a server, and gate keeps its records in a file: use storage.local' }).optional();

/** Authelia's section, of which gate knows the file. https://www.authelia.com/configuration/storage/introduction/ */
export const storageSection = z.strictObject({
  encryption_key: z.string().min(20, 'must have at least 20 characters').optional(),
  local: z.strictObject({ path: z.string().min(1) }).optional(),
  postgres: noServer,
  mysql: noServer,
});

/** https://www.authelia.com/configuration/miscellaneous/introduction/#default_2fa_method */
export const secondFactorChoice = z
  .enum(['', 'totp', 'webauthn'], { error: 'must be totp or webauthn: gate sends no push messages' })
  .optional();

/** Whether a passkey alone may sign a person in. */
export function canSignInWithPasskey({ disable, enable_passkey_login: isEnabled }: WebauthnSettings): boolean {
  return isEnabled && !disable;
}

export type TotpSettings = Readonly<z.output<typeof totpSection>>;
export type WebauthnSettings = Readonly<z.output<typeof webauthnSection>>;
