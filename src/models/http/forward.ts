import { once } from 'node:events';
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import https from 'node:https';
import { messageOf, systemCode } from '../../kit/errors.ts';
import { safeText } from '../../kit/log.ts';
import { ApiError, eventOf } from './api-error.ts';
import { answerHeaders } from './headers.ts';

/** A request as a model's server gets it. */
export interface Outgoing {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** How long it may say nothing. There is no limit on the whole. */
  readonly silenceMs: number;
}

const agents = { 'http:': new http.Agent({ keepAlive: true }), 'https:': new https.Agent({ keepAlive: true }) } as const;

/** Comes back with the head of the answer; throws {@link ApiError} where there is none. */
export async function send(outgoing: Outgoing, signal: AbortSignal): Promise<IncomingMessage> {
  try {
    return await sendOnce(outgoing, signal);
  } catch (cause) {
    signal.throwIfAborted();
    throw new ApiError(502, 'upstream_failed', `The model's server gave no answer: ${safeText(messageOf(cause), 300)}`);
  }
}

async function sendOnce(outgoing: Outgoing, signal: AbortSignal): Promise<IncomingMessage> {
  const { url, headers, body, silenceMs } = outgoing;
  const { request: open } = url.startsWith('https:') ? https : http;
  const request = open(url, {
    method: 'POST',
    headers: { ...headers, 'content-length': String(body.length) },
    agent: agents[url.startsWith('https:') ? 'https:' : 'http:'],
    signal,
  });
  request.setTimeout(silenceMs, () => request.destroy(new Error(`it said nothing for ${silenceMs / 1000} s`)));
  request.end(body);
  try {
    const [answer] = (await once(request, 'response')) as [IncomingMessage];
    // An error after the head reaches whoever reads the body.
    request.on('error', () => {});
    return answer;
  } catch (cause) {
    // The server closed a connection that was kept open, in the moment in which it was used again. It may have seen the request all the
    // same; asking a model twice costs its time and changes nothing.
    if (request.reusedSocket && systemCode(cause) === 'ECONNRESET') return await sendOnce(outgoing, signal);
    throw cause;
  }
}

/**
 * Gives the client what comes, as it comes and not faster than it is read. A stream that breaks in the middle is ended with an event that
 * says so, anything else by cutting the connection: both are seen to be no whole answer. Throws {@link ApiError} for those, and the
 * signal's reason where the client has gone; one that reads nothing for `silenceMs` is cut off, because it holds the model.
 */
export async function passOn(answer: IncomingMessage, response: ServerResponse, silenceMs: number, signal: AbortSignal): Promise<void> {
  const wasPromised = response.headersSent;
  const isStream = wasPromised || isEventStream(answer);
  try {
    if (!wasPromised) {
      response.writeHead(answer.statusCode ?? 502, answerHeaders(answer));
      response.flushHeaders();
    } else if (answer.statusCode !== 200) {
      response.end(eventOf(await errorIn(answer)));
      return;
    } else if (!isEventStream(answer)) {
      throw new ApiError(502, 'upstream_no_stream', "The model's server was asked for a stream and sent something else.");
    }
    for await (const chunk of answer as AsyncIterable<Buffer>) if (!response.write(chunk)) await drained(response, silenceMs, signal);
    response.end();
  } catch (cause) {
    signal.throwIfAborted();
    const error = cause instanceof ApiError ? cause : brokenOff(cause);
    if (isStream) response.end(`\n\n${eventOf(error)}`);
    else response.destroy();
    throw error;
  } finally {
    answer.destroy();
  }
}

/** The signal is aborted when the response closes, so this ends one way or the other. */
async function drained(response: ServerResponse, limitMs: number, signal: AbortSignal): Promise<void> {
  const timer = setTimeout(() => response.destroy(), limitMs);
  try {
    await once(response, 'drain', { signal });
  } finally {
    clearTimeout(timer);
  }
}

function brokenOff(cause: unknown): ApiError {
  return new ApiError(502, 'upstream_broken', `The model's server stopped in the middle: ${safeText(messageOf(cause), 300)}`);
}

function isEventStream({ headers }: IncomingMessage): boolean {
  return (headers['content-type'] ?? '').startsWith('text/event-stream');
}

const mostErrorBytes = 16 * 1024;

/** What the server said in place of a stream, for a client that was promised one already. */
async function errorIn(answer: IncomingMessage): Promise<ApiError> {
  let text = '';
  for await (const chunk of answer.setEncoding('utf8') as AsyncIterable<string>) {
    text += chunk;
    if (text.length > mostErrorBytes) break;
  }
  const { statusCode: status = 502 } = answer;
  return new ApiError(status < 400 ? 502 : status, 'upstream_error', safeText(text, 2_000));
}
