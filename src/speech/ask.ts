import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { messageOf } from '../kit/errors.ts';
import { BackendFailure } from './failure.ts';

const connectMs = 4000;

export interface Asked {
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Readable | string;
}

/**
 * One HTTP request, whose answer may take as long as the signal allows: `fetch` gives up on headers after five minutes, and a model that
 * writes down an hour of speech takes longer. Throws a BackendFailure where no answer comes.
 */
export async function ask(url: URL, { method, headers, body }: Asked, signal: AbortSignal): Promise<IncomingMessage> {
  // A connection that was kept may be closing just now, and a request that was half sent cannot be sent again.
  const request = (url.protocol === 'https:' ? requestHttps : requestHttp)(url, { method, headers, agent: false, signal });
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    request.once('response', resolve);
    request.once('error', reject);
    request.once('close', () => reject(new Error('the connection was closed')));
  });
  const tooSlow = setTimeout(() => request.destroy(new Error(`no connection within ${connectMs} ms`)), connectMs);
  request.once('socket', (socket) => socket.once('connect', () => clearTimeout(tooSlow)));
  try {
    const sent = body === undefined || typeof body === 'string' ? void request.end(body) : pipeline(body, request);
    // A server may answer, and close, before it has read everything: the answer counts.
    sent?.catch(() => undefined);
    return await answered;
  } catch (cause) {
    signal.throwIfAborted();
    throw new BackendFailure('away', `${url.host} does not answer: ${messageOf(cause)}`, cause);
  } finally {
    clearTimeout(tooSlow);
  }
}
