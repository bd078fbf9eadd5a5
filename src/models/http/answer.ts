import type { IncomingMessage, ServerResponse } from 'node:http';
import { messageOf } from '../../kit/errors.ts';
import { type Log, safeText } from '../../kit/log.ts';
import type { Config } from '../config-schema.ts';
import { type Desk, type Lease, Refused } from '../desk.ts';
import type { Metrics, Result } from '../metrics.ts';
import { ApiError, errorOfRefusal, eventOf, sendError } from './api-error.ts';
import { passOn, send } from './forward.ts';
import { startHeartbeat } from './heartbeat.ts';
import { requestHeaders } from './headers.ts';
import { type FindModel, mustBeJson, type Question, readQuestion } from './question.ts';
import type { BodyRoom } from './read-body.ts';

export interface Router {
  readonly config: Config;
  readonly desk: Desk;
  readonly find: FindModel;
  /** Keys of servers that want one, by model. */
  readonly keys: Readonly<Record<string, string>>;
  readonly bodies: BodyRoom;
  readonly metrics: Metrics;
  readonly log: Log;
}

/** Answers one request that names a model: reads it, waits for the model, and passes on what its server says. Never throws. */
export async function answerWithModel(router: Router, request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
  const gone = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) gone.abort();
  });
  try {
    mustBeJson(request);
    const held = await router.bodies.read(request);
    try {
      const question = readQuestion(held.take(), router.find);
      const result = await serve(router, { request, response, question, path, release: () => held.release() }, gone.signal);
      router.metrics.request(question.model, result);
    } finally {
      held.release();
    }
  } catch (cause) {
    if (cause instanceof ApiError) return fail(response, cause);
    // The client went in the middle of its request.
    if (gone.signal.aborted || !request.complete) return;
    router.log.error({ event: 'failure', cause: safeText(messageOf(cause), 300) }, 'a request failed');
    fail(response, new ApiError(500, 'failure', 'The fault is in the model router, not in the request.'));
  }
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly question: Question;
  readonly path: string;
  /** The body need not be held any longer. */
  release(): void;
}

async function serve(router: Router, exchange: Exchange, gone: AbortSignal): Promise<Result> {
  const { question, response } = exchange;
  const { desk, metrics, config } = router;
  const began = performance.now();
  const stopHeartbeat = question.isStream ? startHeartbeat(response, config.heartbeatSeconds) : () => {};
  let lease: Lease;
  try {
    lease = await desk.enter(question.model, gone);
  } catch (cause) {
    if (!(cause instanceof Refused)) return 'left';
    fail(response, errorOfRefusal(question.model, cause.refusal));
    return 'refused';
  } finally {
    stopHeartbeat();
  }
  try {
    metrics.waited(question.model, (performance.now() - began) / 1000);
    return await exchangeWith(router, exchange, lease.url, gone);
  } finally {
    lease.release();
  }
}

async function exchangeWith(router: Router, exchange: Exchange, url: string, gone: AbortSignal): Promise<Result> {
  const { request, response, question, path } = exchange;
  const { model, config, body } = question;
  const credential = { key: router.keys[model], forwardAuthorization: config.forwardAuthorization };
  try {
    const headers = requestHeaders(request, credential);
    const silenceMs = router.config.silenceSeconds;
    const answer = await send({ url: `${url}${path}`, headers, body, silenceMs }, gone);
    exchange.release();
    await passOn(answer, response, silenceMs, gone);
    return (answer.statusCode ?? 500) < 400 ? 'answered' : 'failed';
  } catch (cause) {
    if (!(cause instanceof ApiError)) {
      if (gone.aborted) return 'left';
      throw cause;
    }
    router.log.warn({ event: 'unanswered', model, cause: cause.message }, 'a model gave no whole answer');
    router.desk.suspect(model);
    if (!response.writableEnded && !response.destroyed) fail(response, cause);
    return 'unanswered';
  }
}

function fail(response: ServerResponse, error: ApiError): void {
  if (response.headersSent) response.end(eventOf(error));
  else sendError(response, error);
}
