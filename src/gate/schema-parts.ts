import * as z from 'zod';
import { parseDurationMs } from './units.ts';

/** A key that Authelia knows and gate has no use for. */
export const ignored = z.unknown().optional();

/** A duration in Authelia's notation, as milliseconds. */
export const duration = z.union([z.string(), z.number()]).transform((value, context) => {
  const ms = parseDurationMs(value);
  if (ms === undefined) context.addIssue('is no duration; write it like 5m, 1h or 30 days');
  return ms ?? 0;
});

/** One item may stand without its list. */
export const listOf = <T extends z.ZodType>(item: T) => z.union([item.transform((one) => [one]), z.array(item)]);

/** How gate, as a client, meets a server's certificate. */
export const tls = z.strictObject({
  server_name: z.string().optional(),
  skip_verify: z.boolean().optional(),
  minimum_version: z.enum(['TLS1.2', 'TLS1.3']).optional(),
  maximum_version: z.enum(['TLS1.2', 'TLS1.3']).optional(),
  certificate_chain: ignored,
  private_key: ignored,
});
