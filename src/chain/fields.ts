import { getAddress, isAddress } from 'viem';
import * as z from 'zod';

/** Fields that requests and config files of both daemons have in common. */

const mostWei = 2n ** 256n;

/** An address; letters in mixed case must be its checksum (EIP-55), so that a mistyped one is refused. */
export const addressField = z
  .string()
  .refine((text) => isAddress(text), 'is no address: 0x and 40 hexadecimal digits, in lower case or with the right checksum')
  .transform((text) => getAddress(text));

/** A whole number of the smallest unit as decimal digits: JSON numbers cannot hold one exactly. */
export const amountField = z
  .string()
  .regex(/^(?:0|[1-9]\d{0,77})$/, 'is no whole number: decimal digits in a string, in the smallest unit')
  .transform(BigInt)
  .refine((amount) => amount < mostWei, 'is larger than 256 bits');

export const chainField = z.number().int().positive().max(Number.MAX_SAFE_INTEGER);

/** A name of an account, an entry or a client; none looks like an address. */
export const nameField = z
  .string()
  .regex(/^(?!0x)[a-z0-9][a-z0-9-]{0,31}$/, 'is no name: at most 32 lower-case letters, digits and hyphens');

export const idempotencyKeyField = z
  .string({ error: 'is missing: send the header Idempotency-Key' })
  .regex(/^[\w.:-]{8,128}$/, 'must be 8 to 128 letters, digits or ._:-');
