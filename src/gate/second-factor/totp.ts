import { Secret, TOTP } from 'otpauth';
import * as z from 'zod';
import type { TotpRecord } from '../records.ts';
import { createSeal } from '../../kit/seal.ts';
import type { TotpSettings } from './schema.ts';

/** How long a new secret may wait for its first code. */
const enrolWithinMs = 15 * 60_000;

const enrolmentSchema = z.object({
  until: z.number(),
  totp: z.object({
    secret: z.string(),
    digits: z.union([z.literal(6), z.literal(8)]),
    periodSeconds: z.number(),
    algorithm: z.enum(['SHA1', 'SHA256', 'SHA512']),
    createdAt: z.number(),
  }),
});

/** A fresh random secret as the configuration wants it. */
export function newTotp(settings: TotpSettings, now: number): TotpRecord {
  const { digits, period, algorithm } = settings;
  return { secret: new Secret({ size: settings.secret_size }).base32, digits, periodSeconds: period, algorithm, createdAt: now };
}

/** What the QR code says. https://github.com/google/google-authenticator/wiki/Key-Uri-Format */
export function totpUri(totp: TotpRecord, issuer: string, account: string): string {
  const { digits, algorithm, periodSeconds: period, secret } = totp;
  return new TOTP({ issuer, label: account, algorithm, digits, period, secret }).toString();
}

/** The time step whose code this is, up to `skew` steps before or after now; undefined for any other text. */
export function stepOf(totp: TotpRecord, code: string, skew: number, now: number): number | undefined {
  const token = code.replaceAll(/\s/g, '');
  if (!/^\d+$/.test(token) || token.length !== totp.digits) return undefined;
  const { digits, algorithm, periodSeconds: period } = totp;
  const secret = Secret.fromBase32(totp.secret);
  const delta = TOTP.validate({ token, secret, algorithm, digits, period, timestamp: now, window: skew });
  return delta === null ? undefined : TOTP.counter({ period, timestamp: now }) + delta;
}

/**
 * A new secret on its way through the form that confirms it: closed, good for one person and for a quarter of an hour, so that nothing of it
 * is kept before its first code was right.
 */
export function sealEnrolment(totp: TotpRecord, personId: string, secret: string, now: number): string {
  const text = JSON.stringify({ until: now + enrolWithinMs, totp });
  return Buffer.from(createSeal(secret, 'totp enrolment').close(text, personId)).toString('base64url');
}

export function openEnrolment(sealed: string, personId: string, secret: string, now: number): TotpRecord | undefined {
  const text = createSeal(secret, 'totp enrolment').open(Buffer.from(sealed, 'base64url'), personId);
  const enrolment = text === undefined ? undefined : enrolmentSchema.parse(JSON.parse(text));
  return enrolment && enrolment.until > now ? enrolment.totp : undefined;
}
