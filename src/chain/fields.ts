import * as z from 'zod';
import { amountText } from '../contracts/evm-fields.ts';

/** A whole number of the smallest unit, from its decimal digits. */
export const amountField = amountText.transform(BigInt);

export const idempotencyKeyField = z
  .string({ error: 'is missing: send the header Idempotency-Key' })
  .regex(/^[\w.:-]{8,128}$/, 'must be 8 to 128 letters, digits or ._:-');
