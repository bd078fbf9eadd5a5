import type { Context } from 'hono';
import * as z from 'zod';
import type { Gate, GateEnv } from '../gate.ts';
import { isOwnForm } from '../portal.ts';

/** Words for a form that did not come whole or not from here. */
export const strayForm = 'This form was open for too long or came from another site. Try again.';

/** Fields that forms of these pages have in common. */
export const returnField = z.string().max(2048).optional();

/** The fields of a form that one of our own pages posted; undefined for any other. */
export async function readForm<T extends z.ZodRawShape>(
  gate: Gate,
  context: Context<GateEnv>,
  fields: T,
): Promise<z.output<z.ZodObject<T>> | undefined> {
  const body = await context.req.parseBody();
  const { csrf } = body;
  if (!isOwnForm(gate, context, typeof csrf === 'string' ? csrf : undefined)) return undefined;
  return z.object(fields).safeParse(body).data;
}
