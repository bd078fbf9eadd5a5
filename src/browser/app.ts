import { Hono, type Context } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type * as z from 'zod';
import { bearerOf, isSameToken } from '../kit/bearer.ts';
import { messageOf } from '../kit/errors.ts';
import { type Log, safeText } from '../kit/log.ts';
import type { Metrics } from './metrics.ts';
import type { Answer, Service } from './service.ts';
import { loginRequest, ocrRequest, pdfRequest, screenshotRequest, visitRequest } from './requests.ts';

export interface AppParts {
  readonly service: Service;
  readonly token: string;
  readonly metrics: Metrics;
  readonly log: Log;
}

const mostBodyBytes = 13 * 1024 ** 2;

/**
 * | request | answer |
 * |---|---|
 * | `GET /health` | 200 while Chromium answers, else 503 |
 * | `GET /screenshot?url=` | the picture itself, PNG |
 * | `POST /v1/screenshot` | `image` in base64; `format`, `quality`, `fullPage`, `selector` |
 * | `POST /v1/dom` | `html`, `text`, `consoleErrors`, `failedRequests` |
 * | `POST /v1/accessibility` | `tree`: roles and names, as YAML |
 * | `POST /v1/ocr` | `text`, `confidence`, `words` with boxes; of a page, or of `image` in base64; `languages` |
 * | `POST /v1/pdf` | `pdf` in base64; `format`, `landscape`, `background` |
 * | `POST /v1/login` | `result`: signed-in, refused, no-form, second-factor or error; takes `user`, `password`, `signOnHosts` |
 *
 * All but the first want `Authorization: Bearer <token>`. Each body has `url`, and may have `viewport`, `wait` (`load`, `quiet` or
 * `{"selector"}`) and `timeoutMs`; each answer has `finalAddress`, `status`, `title` and `timedOut`. What went wrong is `error` with a word
 * and `message`: 400 for a request that is not understood, 401, 403 where a page leads to an inner network, 429 with Retry-After, 502 for a page
 * that cannot be reached, 503 where Chromium ended, 504 for one with nothing to show in time.
 */
export function createApp({ service, token, metrics, log }: AppParts): Hono {
  const app = new Hono();
  app.get('/health', async (context) => {
    try {
      return context.json({ status: 'OK', chromium: await service.check() });
    } catch (cause) {
      return context.json({ status: 'ill', why: safeText(messageOf(cause), 300) }, 503);
    }
  });
  app.use(async (context, next) => {
    if (isSameToken(bearerOf(context.req.header('authorization')) ?? '', token)) return await next();
    context.header('WWW-Authenticate', 'Bearer');
    return context.json({ error: 'unauthorized', message: 'send the token of this service: Authorization: Bearer …' }, 401);
  });
  app.use(
    bodyLimit({
      maxSize: mostBodyBytes,
      onError: (context) => context.json({ error: 'too-large', message: 'the body is too large' }, 413),
    }),
  );
  app.get('/screenshot', async (context) => {
    const url = context.req.query('url');
    if (url === undefined || url === '') {
      metrics.answered('screenshot', 'invalid', 0);
      return context.json({ error: 'url parameter required' }, 400);
    }
    // As the former service had it: until nothing is asked for any more, 15 seconds at most.
    const request = screenshotRequest.safeParse({ url, wait: 'quiet', timeoutMs: 15_000 });
    if (!request.success) {
      metrics.answered('screenshot', 'invalid', 0);
      return context.json({ error: 'invalid', message: inWords(request.error) }, 400);
    }
    return await counted(
      context,
      'screenshot',
      async (signal) => await service.screenshot(request.data, signal),
      (seen) => {
        return context.body(new Uint8Array(Buffer.from(seen.image, 'base64')), 200, {
          'content-type': seen.mediaType,
          'x-timed-out': String(seen.timedOut),
        });
      },
    );
  });
  post('screenshot', screenshotRequest, service.screenshot);
  post('dom', visitRequest, service.dom);
  post('accessibility', visitRequest, service.accessibility);
  post('ocr', ocrRequest, service.ocr);
  post('pdf', pdfRequest, service.pdf);
  post('login', loginRequest, service.login);
  app.notFound((context) => context.json({ error: 'unknown', message: 'there is nothing at this address' }, 404));
  app.onError((cause, context) => {
    log.error({ event: 'failure', path: safeText(context.req.path), cause: cause.name }, 'a request failed');
    return context.json({ error: 'failed', message: 'the fault is here; the log has more' }, 500);
  });
  return app;

  function post<Schema extends z.ZodType, Seen extends object>(
    what: string,
    schema: Schema,
    act: (request: z.output<Schema>, signal: AbortSignal) => Promise<Answer<Seen>>,
  ): void {
    app.post(`/v1/${what}`, async (context) => {
      const body = await context.req.json().catch(() => undefined);
      const request = schema.safeParse(body);
      if (!request.success) {
        metrics.answered(what, 'invalid', 0);
        return context.json({ error: 'invalid', message: inWords(request.error) }, 400);
      }
      return await counted(
        context,
        what,
        async (signal) => await act(request.data, signal),
        (seen) => context.json(seen),
      );
    });
  }

  async function counted<Seen>(
    context: Context,
    what: string,
    act: (signal: AbortSignal) => Promise<Answer<Seen>>,
    send: (seen: Seen) => Response,
  ): Promise<Response> {
    const began = performance.now();
    const { signal } = context.req.raw;
    let result = 'failed';
    let why: string | undefined;
    try {
      const answer = await act(signal);
      result = answer.kind;
      // Of a page with a password in it nothing is repeated.
      if (answer.kind === 'gone' && what !== 'login') why = safeText(answer.why, 300);
      return answer.kind === 'seen' ? send(answer.seen) : sendFailure(context, answer);
    } catch (cause) {
      if (!signal.aborted) throw cause;
      result = 'left';
      return new Response(null, { status: 499 });
    } finally {
      metrics.answered(what, result, (performance.now() - began) / 1000);
      log.info({ event: 'request', what, result, why, ms: Math.round(performance.now() - began) }, 'a request was answered');
    }
  }
}

function sendFailure(context: Context, failure: Exclude<Answer<never>, { kind: 'seen' }>): Response {
  switch (failure.kind) {
    case 'busy':
      context.header('Retry-After', String(failure.retryAfterSeconds));
      return context.json({ error: 'busy', message: 'all pages are in use, and enough requests wait already' }, 429);
    case 'refused':
      return context.json({ error: 'refused', message: `${failure.target} is in an inner network, or on this machine` }, 403);
    case 'unreachable':
      return context.json({ error: 'unreachable', message: failure.why }, 502);
    case 'unreadable':
      return context.json({ error: 'unreadable', message: failure.why }, 422);
    case 'timeout':
      return context.json({ error: 'timeout', message: 'the page had nothing to show in time' }, 504);
    case 'gone':
      context.header('Retry-After', '1');
      return context.json({ error: 'gone', message: 'Chromium, or the page in it, ended before it was looked at' }, 503);
  }
}

/** Which field is wrong and why, and not what was in it: a password may be. */
function inWords({ issues }: z.ZodError): string {
  return issues
    .slice(0, 5)
    .map(({ path, message }) => (path.length === 0 ? message : `${path.join('.')}: ${message}`))
    .join('; ');
}
