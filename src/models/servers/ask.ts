import { once } from 'node:events';
import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import { messageOf, systemCode } from '../../kit/errors.ts';
import { safeText } from '../../kit/log.ts';
import { within } from '../../kit/time-limit.ts';

/**
 * An answer, cut to what anybody needs of it; or why there is none: nobody listens there, or nothing came in time. `isNowhere` where the
 * name is not known or no way leads to the machine, so that not even a refusal comes back.
 */
export type Answer =
  | { readonly kind: 'answer'; readonly status: number; readonly text: string }
  | { readonly kind: 'away'; readonly isNowhere: boolean; readonly reason: string }
  | { readonly kind: 'silent'; readonly reason: string };

export interface Question {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly body?: unknown;
  /** Absent where the signal is limit enough. */
  readonly timeoutMs?: number;
}

const mostBytes = 64 * 1024;
/** A resolver without a network says EAI_AGAIN of every name that it does not know itself. */
const nowhere: readonly (string | undefined)[] = ['ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'];

/** Asks a server about itself. What goes wrong is a value, and so is being called off. */
export async function ask({ timeoutMs, ...question }: Question, signal: AbortSignal): Promise<Answer> {
  try {
    return timeoutMs === undefined
      ? await askOnce(question, signal)
      : await within(timeoutMs, signal, async (limit) => await askOnce(question, limit));
  } catch (cause) {
    const code = systemCode(cause);
    const reason = safeText(messageOf(cause) || (code ?? 'no answer'), 300);
    const isNowhere = nowhere.includes(code);
    return isNowhere || code === 'ECONNREFUSED' ? { kind: 'away', isNowhere, reason } : { kind: 'silent', reason };
  }
}

/** Not `fetch`, which gives up by itself where no head has come for 300 s: a load may take longer. */
async function askOnce({ method, url, body }: Question, signal: AbortSignal): Promise<Answer> {
  const { request: open } = url.startsWith('https:') ? https : http;
  const sent = body === undefined ? '' : JSON.stringify(body);
  const headers = { 'content-length': String(Buffer.byteLength(sent)), ...(sent === '' ? {} : { 'content-type': 'application/json' }) };
  const request = open(url, { method, headers, agent: false, signal });
  request.end(sent);
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  // An error after the head reaches whoever reads the body.
  request.on('error', () => {});
  return { kind: 'answer', status: response.statusCode ?? 0, text: await startOf(response) };
}

/** One line for a person, with the server's own words. */
export function wordsOf(answer: Answer): string {
  return answer.kind === 'answer' ? `status ${answer.status}: ${safeText(answer.text, 300)}` : answer.reason;
}

async function startOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    size += chunk.length;
    if (size >= mostBytes) break;
  }
  return Buffer.concat(chunks).subarray(0, mostBytes).toString('utf8');
}
