import { closeSync, constants, openSync } from 'node:fs';
import * as z from 'zod';
import type { RuntimeEvent, Unit } from '../runtime.ts';
import { recordSchema } from './record.ts';

/** What a command may ask of the supervisor: one line of JSON for each connection. */
export const requestSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('observe') }),
  z.object({ kind: z.literal('start'), record: recordSchema }),
  z.object({ kind: z.literal('stop'), service: z.string() }),
  z.object({ kind: z.literal('restart'), service: z.string() }),
  z.object({ kind: z.literal('remove'), service: z.string() }),
  /** Those that were since this moment and are still remembered, and all that come. */
  z.object({ kind: z.literal('events'), since: z.string() }),
  /** The supervisor goes; `leave` lets the units run on for the next one. */
  z.object({ kind: z.literal('leave') }),
]);

export type Request = z.infer<typeof requestSchema>;

/** Each line that comes back: one for a request, any number of events. */
export type Reply =
  | { readonly kind: 'done'; readonly units: readonly Unit[]; readonly version: string }
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'event'; readonly event: RuntimeEvent };

/**
 * Runs `work` with a path to the supervisor's socket that is always short: the kernel allows 107 characters, and a cluster
 * folder may lie deeper (https://man7.org/linux/man-pages/man7/unix.7.html).
 */
export async function withSocketPath<T>(control: string, work: (path: string) => Promise<T>): Promise<T> {
  const directory = openSync(control, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    return await work(`/proc/self/fd/${directory}/socket`);
  } finally {
    closeSync(directory);
  }
}
