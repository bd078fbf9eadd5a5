import type { ServerResponse } from 'node:http';
import { safeText } from '../../kit/log.ts';
import type { Refusal } from '../scheduler/state.ts';

/** An error in the shape that OpenAI's clients read. https://platform.openai.com/docs/guides/error-codes */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly retryAfterMs: number | undefined;
  readonly param: string | null;

  constructor(status: number, code: string, message: string, options: { readonly retryAfterMs?: number; readonly param?: string } = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.retryAfterMs = options.retryAfterMs;
    this.param = options.param ?? null;
  }
}

function bodyOf({ status, code, message, param }: ApiError): string {
  const type = status === 429 ? 'rate_limit_error' : status >= 500 ? 'server_error' : 'invalid_request_error';
  return JSON.stringify({ error: { message, type, param, code } });
}

/** Sends it, and ends the connection where the client may still be sending its request. */
export function sendError(response: ServerResponse, error: ApiError): void {
  const body = bodyOf(error);
  response.writeHead(error.status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    ...(error.retryAfterMs === undefined ? {} : { 'retry-after': String(Math.max(1, Math.ceil(error.retryAfterMs / 1000))) }),
    ...(response.req.complete ? {} : { connection: 'close' }),
  });
  response.end(body);
}

/** An event for a stream that has begun already, when no status can be sent any more. */
export function eventOf(error: ApiError): string {
  return `data: ${bodyOf(error)}\n\n`;
}

export function errorOfRefusal(model: string, { kind, reason, retryAfterMs }: Refusal): ApiError {
  switch (kind) {
    case 'full':
      return new ApiError(429, 'queue_full', `Too many requests wait for models already. Try ${model} again later.`, { retryAfterMs });
    case 'waited':
      return new ApiError(429, 'waited_too_long', `The turn of ${model} did not come in time. Try again later.`, { retryAfterMs });
    case 'trouble':
      return new ApiError(503, 'model_load_failed', `The model ${model} could not be made ready: ${safeText(reason, 400)}`, {
        retryAfterMs,
      });
  }
}
