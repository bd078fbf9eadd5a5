import * as z from 'zod';
import { looksLikeAddress, withChecksum } from './evm-address.ts';

/** Fields that cluster.yaml has in common with requests to the two daemons. */

/** An address; letters in mixed case must be its checksum (EIP-55), so that a mistyped one is refused. */
export const addressField = z
  .string()
  .refine(
    (text) => looksLikeAddress(text) && (text === text.toLowerCase() || text === withChecksum(text)),
    'is no address: 0x and 40 hexadecimal digits, in lower case or with the right checksum',
  )
  .transform((text) => withChecksum(`0x${text.slice(2)}`));

const mostWei = 2n ** 256n;

/** A whole number of the smallest unit as decimal digits: JSON numbers cannot hold one exactly. */
export const amountText = z
  .string()
  .regex(/^(?:0|[1-9]\d{0,77})$/, 'is no whole number: decimal digits in a string, in the smallest unit')
  .refine((digits) => !/^\d{1,78}$/.test(digits) || BigInt(digits) < mostWei, 'is larger than 256 bits');

/** The number that a chain goes by everywhere (EIP-155). */
export const chainIdField = z.number().int().positive().max(Number.MAX_SAFE_INTEGER);

/** A name of an account, an entry or a client; none looks like an address. */
export const nameField = z
  .string()
  .regex(/^(?!0x)[a-z0-9][a-z0-9-]{0,31}$/, 'is no name: at most 32 lower-case letters, digits and hyphens');
