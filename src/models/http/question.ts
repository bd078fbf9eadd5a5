import type { IncomingMessage } from 'node:http';
import { safeText } from '../../kit/log.ts';
import type { Config, ModelConfig } from '../config-schema.ts';
import { ApiError } from './api-error.ts';

/** A request that names a model of the configuration. */
export interface Question {
  readonly model: string;
  readonly config: ModelConfig;
  /** It asks for server-sent events. */
  readonly isStream: boolean;
  /** What the server is sent. */
  readonly body: Buffer;
}

/** Finds a model by its name or an alias. */
export type FindModel = (name: string) => { readonly name: string; readonly config: ModelConfig } | undefined;

export function modelFinder({ models }: Pick<Config, 'models'>): FindModel {
  const known = new Map(
    Object.entries(models).flatMap(([name, config]) => [name, ...config.aliases].map((called) => [called, { name, config }] as const)),
  );
  return (name) => known.get(name);
}

/** Also keeps out forms of other sites, which a browser sends with a person's cookie unless the type is one that it has to ask for. */
export function mustBeJson({ headers }: IncomingMessage): void {
  if (/^application\/(?:[\w.-]+\+)?json\s*(?:;|$)/i.test(headers['content-type'] ?? '')) return;
  throw new ApiError(415, 'not_json', 'Send the request as application/json.');
}

/** Reads what the router has to know; all else is the server's business. Throws {@link ApiError}. */
export function readQuestion(bytes: Buffer, find: FindModel): Question {
  const parsed = parseObject(bytes);
  const called = parsed['model'];
  if (typeof called !== 'string' || called === '')
    throw new ApiError(400, 'model_missing', 'Name a model in "model". GET /v1/models lists them.', { param: 'model' });
  const found = find(called);
  if (!found) throw notFound(called);
  const wanted = found.config.serves ?? found.name;
  const body = called === wanted ? bytes : Buffer.from(JSON.stringify({ ...parsed, model: wanted }));
  return { model: found.name, config: found.config, isStream: parsed['stream'] === true, body };
}

export function notFound(called: string): ApiError {
  return new ApiError(404, 'model_not_found', `There is no model ${JSON.stringify(safeText(called))}. GET /v1/models lists them.`, {
    param: 'model',
  });
}

function parseObject(bytes: Buffer): Readonly<Record<string, unknown>> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(bytes.toString('utf8'));
  } catch {
    throw new ApiError(400, 'not_json', 'The request is no JSON.');
  }
  if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return parsed as Readonly<Record<string, unknown>>;
  throw new ApiError(400, 'not_json', 'The request is no JSON object.');
}
