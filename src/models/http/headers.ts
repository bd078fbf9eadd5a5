import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http';

/** What a model's server may learn of a client's request; all else is between the client and the router. */
const told = ['accept', 'content-type', 'x-request-id', 'traceparent', 'tracestate', 'openai-beta', 'anthropic-version', 'anthropic-beta'];

/** Of one connection, or not the server's to say. https://www.rfc-editor.org/rfc/rfc9110#section-7.6.1 */
const kept = new Set(['connection', 'keep-alive', 'proxy-connection', 'te', 'trailer', 'transfer-encoding', 'upgrade', 'set-cookie']);

export interface Credential {
  /** The key that the server wants. */
  readonly key: string | undefined;
  readonly forwardAuthorization: boolean;
}

export function requestHeaders({ headers }: IncomingMessage, { key, forwardAuthorization }: Credential): Readonly<Record<string, string>> {
  const copied = told.flatMap((name) => (typeof headers[name] === 'string' ? [[name, headers[name]] as const] : []));
  const authorization = key === undefined ? (forwardAuthorization ? headers.authorization : undefined) : `Bearer ${key}`;
  return { ...Object.fromEntries(copied), ...(authorization === undefined ? {} : { authorization }) };
}

export function answerHeaders({ headers }: IncomingMessage): OutgoingHttpHeaders {
  const named = (headers.connection ?? '').toLowerCase().split(/\s*,\s*/);
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => !kept.has(name) && !named.includes(name) && !name.startsWith('proxy-')),
  );
}
