import type { Context } from 'hono';
import type { GateEnv } from './gate.ts';

/** Whether a person looks at the answer: Authelia's rule, by Accept and X-Requested-With. */
export function wantsPage(context: Context<GateEnv>): boolean {
  if (context.req.header('x-requested-with')?.toLowerCase() === 'xmlhttprequest') return false;
  const types = acceptedTypes(context);
  return types.includes('text/html') || types[0] === '*/*';
}

/** The types that a request accepts, in its own order. */
export function acceptedTypes(context: Context<GateEnv>): readonly (string | undefined)[] {
  return (context.req.header('accept') ?? '').split(',').map((type) => type.split(';')[0]?.trim());
}
