import { createHash } from 'node:crypto';
import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';

/** Why a request was not done, as the caller reads it: a stable code, what is wrong, and what to do. */
export interface Refusal {
  readonly kind: 'refused';
  readonly status: ContentfulStatusCode;
  readonly code: string;
  readonly message: string;
  readonly fix: string;
}

export function refusal(status: ContentfulStatusCode, code: string, message: string, fix: string): Refusal {
  return { kind: 'refused', status, code, message, fix };
}

export function sendRefusal(context: Context, { status, code, message, fix }: Refusal): Response {
  if (status === 401) context.header('WWW-Authenticate', 'Bearer');
  if (status === 503) context.header('Retry-After', '5');
  return context.json({ error: { code, message, fix } }, status);
}

/** SHA-256 in hexadecimal: what is kept of a token, or stands for the content of a request. */
export function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
